"""Each option of the recipe does what it says, on networks of a few hundred numbers."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

torch = pytest.importorskip("torch")
transformers = pytest.importorskip("transformers")
pytest.importorskip("sklearn")

from ml.emotion.train import (  # noqa: E402
    Encoded,
    Hardware,
    Recipe,
    SentenceReader,
    fine_tune,
    load_checkpoint,
    logits_of,
    loss_of,
)

CPU = Hardware(device=torch.device("cpu"))
PLAIN = Recipe(
    epochs=3, batch=4, learning_rate=0.01, embeddings_rate=1.0, smoothing=0.0, word_dropout=0.0, weight_decay=0.0
)
ROWS = [[2, first, second, 3] for first in range(5, 9) for second in range(5, 9)]
TARGETS = np.eye(2)[[int(row[1] > 6) for row in ROWS]]
EXAMPLES = Encoded(rows=ROWS, targets=TARGETS, weights=np.ones(len(ROWS)))

State = dict[str, Any]


class Interrupted(Exception):
    """Someone switched the machine off."""


def untrained(dropout: float = 0.0) -> SentenceReader:
    torch.manual_seed(1)
    config = transformers.BertConfig(
        vocab_size=10,
        hidden_size=8,
        num_hidden_layers=3,
        num_attention_heads=2,
        intermediate_size=8,
        max_position_embeddings=8,
        hidden_dropout_prob=dropout,
        attention_probs_dropout_prob=dropout,
        attn_implementation="eager",
    )
    return SentenceReader(transformers.BertModel(config, add_pooling_layer=False), labels=2, dropout=dropout)


def state_of(reader: SentenceReader) -> State:
    return {name: value.clone() for name, value in reader.state_dict().items()}


def same(one: State, other: State) -> bool:
    return all(torch.equal(one[name], other[name]) for name in one)


def tune(
    reader: SentenceReader,
    recipe: Recipe,
    checkpoint: Path,
    *,
    examples: Encoded = EXAMPLES,
    scores: Iterator[float] | None = None,
    hardware: Hardware = CPU,
) -> list[State]:
    """Train; the states after each epoch come back. Without ``scores`` the last of them is an interruption."""
    states: list[State] = []

    def judge() -> tuple[float, str]:
        states.append(state_of(reader))
        if scores is None:
            return 0.0, ""
        score = next(scores, None)
        if score is None:
            raise Interrupted
        return score, ""

    fine_tune(reader, examples, recipe, pad_id=1, unknown_id=0, checkpoint=checkpoint, judge=judge, hardware=hardware)
    return states


def test_smoothing_spreads_a_share_of_each_target() -> None:
    recipe = replace(PLAIN, smoothing=0.2)
    logits = torch.log(torch.tensor([[0.9, 0.1]])).requires_grad_()
    loss_of([logits], torch.tensor([[1.0, 0.0]]), torch.ones(1), None, recipe).backward()
    assert logits.grad is not None
    assert torch.allclose(logits.grad, torch.zeros(1, 2), atol=1e-6)  # 1 smoothed by .2 over two labels is .9


def test_soft_targets_are_met_exactly_by_their_own_shares() -> None:
    shares = torch.tensor([[0.7, 0.3]])
    logits = torch.log(shares).requires_grad_()
    loss_of([logits], shares, torch.ones(1), None, PLAIN).backward()
    assert logits.grad is not None
    assert torch.allclose(logits.grad, torch.zeros(1, 2), atol=1e-6)


def test_an_example_of_no_weight_teaches_nothing() -> None:
    logits = torch.zeros(2, 2, requires_grad=True)
    loss_of([logits], torch.eye(2), torch.tensor([1.0, 0.0]), None, PLAIN).backward()
    assert logits.grad is not None
    assert logits.grad[0].abs().sum() > 0
    assert logits.grad[1].abs().sum() == 0


def test_agreement_costs_what_two_passes_disagree() -> None:
    recipe, target, weight = replace(PLAIN, agreement=2.0), torch.tensor([[1.0, 0.0]]), torch.ones(1)
    one, other = torch.tensor([[1.0, 0.0]]), torch.tensor([[0.0, 1.0]])
    apart = float(loss_of([one, other], target, weight, None, recipe))
    assert apart > float(loss_of([one, other], target, weight, None, PLAIN)) + 0.4
    alike = float(loss_of([one, one], target, weight, None, recipe))
    assert alike == pytest.approx(float(loss_of([one], target, weight, None, PLAIN)))


def test_readers_trained_to_agree_disagree_less(tmp_path: Path) -> None:
    gaps = []
    for agreement in (0.0, 8.0):
        reader = untrained(dropout=0.3)
        tune(reader, replace(PLAIN, agreement=agreement, epochs=8), tmp_path / f"{agreement}.pt")
        reader.train()
        torch.manual_seed(3)
        ids = torch.tensor(ROWS * 20)
        one, other = (torch.softmax(reader(ids, torch.ones_like(ids)).detach(), 1) for _ in range(2))
        gaps.append(float((one - other).abs().mean()))
    assert gaps[1] < 0.8 * gaps[0]


def test_a_teacher_outvotes_labels_by_its_weight(tmp_path: Path) -> None:
    contrary = replace(EXAMPLES, teacher=np.where(TARGETS > 0, -4.0, 4.0))
    for weight, believes_teacher in ((1.0, True), (0.0, False)):
        reader = untrained()
        recipe = replace(PLAIN, distil_weight=weight, epochs=12)
        tune(reader, recipe, tmp_path / f"{weight}.pt", examples=contrary)
        heard = logits_of(reader, ROWS, 1).argmax(1)
        assert np.mean(heard == TARGETS.argmax(1)) == pytest.approx(0.0 if believes_teacher else 1.0, abs=0.1)


def test_a_student_that_says_what_the_teacher_says_costs_nothing() -> None:
    logits = torch.tensor([[2.0, -1.0]])
    recipe = replace(PLAIN, distil_weight=1.0, distil_temperature=3.0)
    cost = loss_of([logits], torch.tensor([[0.0, 1.0]]), torch.ones(1), logits + 5.0, recipe)
    assert float(cost) == pytest.approx(0.0, abs=1e-6)


def test_lower_layers_learn_slower(tmp_path: Path) -> None:
    reader = untrained()
    before = state_of(reader)
    tune(reader, replace(PLAIN, layer_decay=0.0, epochs=1), tmp_path / "a.pt")
    moved = {name for name, value in reader.state_dict().items() if not torch.equal(value, before[name])}
    assert any(name.startswith("output.") for name in moved)
    assert {name.split(".")[3] for name in moved if ".layer." in name} == {"2"}  # the topmost of three
    assert not any("embeddings" in name for name in moved)


def test_token_vectors_have_a_rate_of_their_own(tmp_path: Path) -> None:
    reader = untrained()
    vectors = reader.encoder.get_input_embeddings().weight.clone()
    tune(reader, replace(PLAIN, embeddings_rate=0.0, epochs=1), tmp_path / "a.pt")
    assert torch.equal(reader.encoder.get_input_embeddings().weight, vectors)


def test_training_stops_when_nothing_gets_better_and_keeps_the_best(tmp_path: Path) -> None:
    reader, recipe = untrained(), replace(PLAIN, epochs=9, patience=2)
    states = tune(reader, recipe, tmp_path / "a.pt", scores=iter([0.5, 0.7, 0.6, 0.7, 0.9]))
    assert len(states) == 4
    assert same(state_of(reader), states[1])
    loaded = untrained()
    load_checkpoint(loaded, tmp_path / "a.pt")
    assert same(state_of(loaded), states[1])


def test_without_patience_the_last_epoch_is_kept(tmp_path: Path) -> None:
    reader = untrained()
    states = tune(reader, PLAIN, tmp_path / "a.pt", scores=iter([0.9, 0.5, 0.1]))
    assert same(state_of(reader), states[2])


def test_an_interrupted_run_ends_where_the_whole_one_does(tmp_path: Path) -> None:
    recipe = replace(PLAIN, word_dropout=0.3)
    whole, halved = untrained(dropout=0.2), untrained(dropout=0.2)
    tune(whole, recipe, tmp_path / "whole.pt")
    with pytest.raises(Interrupted):
        tune(halved, recipe, tmp_path / "halved.pt", scores=iter([0.0]))
    again = untrained(dropout=0.2)
    assert len(tune(again, recipe, tmp_path / "halved.pt")) == 2
    assert same(state_of(whole), state_of(again))


def test_a_seed_decides_everything(tmp_path: Path) -> None:
    results = []
    for name, seed in (("a", 1), ("b", 1), ("c", 2)):
        reader = untrained(dropout=0.2)
        tune(reader, replace(PLAIN, seed=seed), tmp_path / f"{name}.pt")
        results.append(state_of(reader))
    assert same(results[0], results[1])
    assert not same(results[0], results[2])


def test_hidden_words_become_the_unknown_one(tmp_path: Path) -> None:
    reader, seen = untrained(), set()
    reader.encoder.register_forward_pre_hook(
        lambda _module, _inputs, given: seen.update(given["input_ids"].flatten().tolist()), with_kwargs=True
    )
    tune(reader, replace(PLAIN, word_dropout=1.0, epochs=1), tmp_path / "a.pt")
    assert seen == {2, 0}  # the first token stays


def test_mixed_precision_multiplies_in_half_and_learns_in_whole(tmp_path: Path) -> None:
    reader, kinds = untrained(), set()
    reader.output.register_forward_hook(lambda _module, _inputs, answer: kinds.add(answer.dtype))
    before = state_of(reader)
    tune(reader, PLAIN, tmp_path / "a.pt", hardware=Hardware(device=torch.device("cpu"), half=torch.bfloat16))
    assert kinds == {torch.bfloat16}
    assert {each.dtype for each in reader.parameters()} == {torch.float32}
    assert not same(state_of(reader), before)


def test_without_a_gpu_everything_is_in_whole_precision() -> None:
    if torch.cuda.is_available():
        pytest.skip("there is a GPU here")
    assert Hardware.best() == CPU
