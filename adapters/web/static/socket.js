/**
 * Just enough Socket.IO for one page: connect, ask with an acknowledgement, notice silence, come back.
 *
 * The page has no build step and loads nothing from elsewhere, so the official client is not at hand; of its protocol
 * (Engine.IO 4 below, Socket.IO 5 above, both over one WebSocket) a chat needs these few packets:
 *
 *     0{…}            server opens: how often it pings                 2 / 3       its ping / our pong
 *     40 / 40{…}      we join the namespace "/" / we are in            1, 41, 44   closed, put out, refused
 *     42<id>[…]       we emit an event and want an acknowledgement     43<id>[…]   here it is
 *
 * https://socket.io/docs/v4/engine-io-protocol/ · https://socket.io/docs/v4/socket-io-protocol/
 */

const CONNECTS_WITHIN_MS = 10_000;
const FIRST_RETRY_MS = 500;
const LONGEST_RETRY_MS = 15_000;

/** The connection went away before an answer came, or there was none to ask through. */
export class ConnectionLost extends Error {}

/** The connection stands, but the answer did not come in time. */
export class NoAnswer extends Error {}

/**
 * Connect, and stay connected for as long as the page lives.
 *
 * @param {object} options
 * @param {string | URL} options.url  ws(s)://…/socket.io/?EIO=4&transport=websocket
 * @param {() => void} options.onopen  called each time questions can be asked
 * @param {() => void} options.onclose  called each time a connection was lost, or an attempt failed
 */
export const connect = (options) => new Socket(options);

class Socket {
  #options;
  #channel;
  #isOpen = false;
  #failures = 0;
  #silenceAllowed = CONNECTS_WITHIN_MS;
  #watchdog;
  #retry;
  #lastId = 0;
  #pending = new Map();

  constructor(options) {
    this.#options = options;
    addEventListener("online", () => this.#retry && this.#dial());
    this.#dial();
  }

  /**
   * Emit an event and wait for its acknowledgement.
   *
   * @param {string} event
   * @param {object} payload
   * @param {{timeout: number}} options  milliseconds to wait
   * @returns {Promise<any>} the first value acknowledged
   * @throws {ConnectionLost | NoAnswer}
   */
  ask(event, payload, { timeout }) {
    if (!this.#isOpen) return Promise.reject(new ConnectionLost(event));
    const id = ++this.#lastId;
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => this.#take(id)?.reject(new NoAnswer(event)), timeout);
      this.#pending.set(id, { resolve, reject, timer });
      this.#channel.send(`42${id}${JSON.stringify([event, payload])}`);
    });
  }

  #dial() {
    clearTimeout(this.#retry);
    this.#retry = undefined;
    this.#channel = new WebSocket(this.#options.url);
    this.#channel.onmessage = ({ data }) => this.#receive(data);
    this.#channel.onclose = () => this.#lose();
    this.#silenceAllowed = CONNECTS_WITHIN_MS;
    this.#hearSomething();
  }

  /** A connection can die without a word: every packet restarts the clock, and silence ends in `#lose`. */
  #hearSomething() {
    clearTimeout(this.#watchdog);
    this.#watchdog = setTimeout(() => this.#lose(), this.#silenceAllowed);
  }

  #receive(packet) {
    this.#hearSomething();
    const [, type, id, json] = /^(4\d|\d)(\d*)(.*)$/s.exec(packet) ?? [];
    switch (type) {
      case "0":
        return this.#join(JSON.parse(json));
      case "2":
        return this.#channel.send("3");
      case "40":
        return this.#open();
      case "43":
        return this.#take(Number(id))?.resolve(JSON.parse(json)[0]);
      case "1":
      case "41":
      case "44":
        return this.#lose();
    }
  }

  #join({ pingInterval, pingTimeout }) {
    this.#silenceAllowed = pingInterval + pingTimeout;
    this.#channel.send("40");
  }

  #open() {
    this.#isOpen = true;
    this.#failures = 0;
    this.#options.onopen();
  }

  /** Let go at once (a dead connection may take minutes to close), tell everyone who waits, and try again later. */
  #lose() {
    clearTimeout(this.#watchdog);
    this.#isOpen = false;
    this.#channel.onmessage = this.#channel.onclose = null;
    this.#channel.close();
    for (const id of [...this.#pending.keys()]) this.#take(id).reject(new ConnectionLost());
    this.#retry = setTimeout(() => this.#dial(), retryAfter(this.#failures++));
    this.#options.onclose();
  }

  #take(id) {
    const asker = this.#pending.get(id);
    this.#pending.delete(id);
    clearTimeout(asker?.timer);
    return asker;
  }
}

/** Twice as long after each failure, and never in step with other pages when a server comes back. */
function retryAfter(failures) {
  const longest = Math.min(FIRST_RETRY_MS * 2 ** failures, LONGEST_RETRY_MS);
  return longest * (0.5 + Math.random() / 2);
}
