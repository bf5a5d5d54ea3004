/** A token, or who has one: asked before each request, and with `renew` when the last one has ended. */
export type Token = string | ((why: { renew: boolean }) => string | undefined | Promise<string | undefined>);

export interface ConnectionOptions {
  /** Milliseconds without a byte after which the line is taken for dead. The server beats every 15 seconds; 40 000 unless set. */
  deathMs?: number;
  /** Attempts in a row that may come to nothing before the stream has failed; without end unless set. */
  maxFailures?: number;
  /** From 0 up to 1, for the jitter of the backoff; `Math.random` unless set. */
  random?: () => number;
}

export interface Options {
  /** Where the server is, such as `https://gateway.example.com`; the page's own address unless set. */
  url?: string;
  token?: Token;
  connection?: ConnectionOptions;
  fetch?: typeof fetch;
}

/** The line, and nothing but the line. */
export interface StreamState {
  readonly state: 'connecting' | 'open' | 'waiting' | 'closed' | 'failed';
  /** `<seq>-<millis>` of the last event that was seen: where the stream goes on. */
  readonly lastId?: string;
  /** Attempts in a row that came to nothing. */
  readonly failures: number;
  /** How often a connection was opened; 1 for a stream that was never cut. */
  readonly connections: number;
  /** While `waiting`: when the next attempt is made, in milliseconds since 1970. */
  readonly retryAt?: number;
  /** Why the last connection ended, or the stream. */
  readonly error?: Error;
}

/** An answer that is not a success (RFC 9457). */
export class Problem extends Error {
  readonly status: number;
  readonly code: string;
  readonly body: Record<string, unknown>;
  readonly retryAfterMs?: number;
  /** Whether the same request may go well a little later. */
  readonly passing: boolean;
}

// ---------------------------------------------------------------- chat

export function chat(options?: Options): Chat;

export interface Chat {
  /** Begins a run. It is one run however often the line breaks on the way. */
  ask(message: string | Array<{ type: 'text'; text: string }>, options?: AskOptions): Run;
  /** Has a question answered once more: the id is that of the answer or of the question. The old answer can still be read. */
  regenerate(message: string, options: AskOptions & { session: string }): Run;
  /** Reads a run from its start, or after an id, however long ago and wherever it was begun. */
  watch(run: string, options?: { lastId?: string }): Run;
  /** Asks for the end; the run's own stream shows it. Closing a stream does not end its run. */
  cancel(run: string): Promise<{ run: string; status: string }>;
  /** Answers a request of a run, or with a `text` alone steers it. */
  input(run: string, input: Input): Promise<{ run: string; input: string }>;
  sessions(page?: { limit?: number; before?: string }): Promise<{ sessions: SessionSummary[]; next: string | null }>;
  /** The active branch, or the newest that has the message named. */
  session(session: string, options?: { branch?: string }): Promise<Session>;
  rename(session: string, title: string): Promise<void>;
  /** Goes on from the branch that has this message. */
  choose(session: string, message: string): Promise<void>;
  runs(page?: { state?: RunState | RunState[]; limit?: number; before?: string }): Promise<{ runs: RunSummary[]; next: string | null }>;
  /** Erases a conversation, its messages and its runs. */
  erase(session: string): Promise<void>;
}

export interface AskOptions {
  /** The conversation to go on with; a new one unless set. */
  session?: string;
  /** The id of a question whose place this one takes. */
  edit?: string;
  /** A name of your own for the question. */
  message_id?: string;
  /** Whether the run goes on when nobody watches. */
  detach?: boolean;
  if_running?: 'enqueue' | 'interrupt' | 'reject';
  timeout_ms?: number;
  tools?: string[];
  metadata?: Record<string, unknown>;
  /** The Idempotency-Key; a random one unless set. Keep it, and the same question after a reload is the same run. */
  key?: string;
}

export type Input = { input?: string; request?: string } & ({ text: string } | { output: Record<string, unknown> } | { approved: boolean });

export interface SessionSummary {
  session: string;
  title: string;
  created_at: string;
  [more: string]: unknown;
}

export interface Session {
  session: string;
  title: string;
  messages: Array<{ id: string; role: 'user' | 'assistant'; text: string; run: string; status?: string; citations?: Citation[]; client_message_id?: string; parent: string | null; siblings: string[]; [more: string]: unknown }>;
  active_run: string | null;
  [more: string]: unknown;
}

export type RunState = 'queued' | 'running' | 'input_required' | Done['status'];

export interface RunSummary {
  run: string;
  session: string;
  state: RunState;
  started_at: string;
  ended_at?: string;
  [more: string]: unknown;
}

export interface RunEvents {
  /** The line changed. */
  stream: Event;
  /** The message changed. */
  message: Event;
  /** An artifact changed. */
  artifact: Event;
  /** Every event of the stream, as it came. */
  event: Event & { detail: { id?: string; event: string; data: any } };
  /** Events were dropped before they were read; `lost` is how many. */
  gap: Event & { detail: Gap };
  /** The place was not in the stream: message and artifacts were emptied, and everything comes again. */
  reset: Event & { detail: Reset };
}

/** One answer. `stream`, `message` and `artifacts` are three states, each with its own event. */
export interface Run extends EventTarget {
  readonly id?: string;
  readonly session?: string;
  readonly stream: StreamState;
  readonly message: Message;
  readonly artifacts: ReadonlyMap<string, Artifact>;
  /** The message with its last word; fails when the stream ended for good without one. */
  readonly finished: Promise<Message>;
  /** Breaks the line as a network would, to see it come back. */
  cut(): void;
  /** Comes back now, instead of waiting. */
  hurry(): void;
  /** Watches no longer. The run goes on. */
  close(): void;
  addEventListener<K extends keyof RunEvents>(type: K, listener: (event: RunEvents[K]) => void, options?: boolean | AddEventListenerOptions): void;
}

export interface Message {
  state: 'pending' | 'writing' | 'waiting_for_input' | 'completed' | 'cancelled' | 'timeout' | 'failed';
  id?: string;
  run?: string;
  session?: string;
  text: string;
  /** What the model thought, by part. */
  reasoning: Map<string, string>;
  citations: Citation[];
  /** Where the run is: the last of `steps`. */
  step?: Status;
  steps: Status[];
  /** By call. */
  tools: Map<string, Status>;
  /** What the run asks for and nobody has answered yet, by request. */
  requests: Map<string, Status>;
  warnings: Array<{ code: string; message: string }>;
  error?: { code: string; message: string; retryable: boolean };
  done?: Done;
  /** After `done`: whether the text is the one that the server hashed; undefined where this cannot be computed. */
  whole?: boolean;
  /** Units of text that were lost to a gap, each of which stands in the text as U+FFFD. */
  lost: number;
}

export interface Status {
  step: string;
  label?: string;
  call?: string;
  tool?: string;
  arguments?: unknown;
  ok?: boolean;
  result?: unknown;
  took_ms?: number;
  request?: string;
  kind?: 'text' | 'tool' | 'approval' | 'form';
  schema?: Record<string, unknown>;
  expires_at?: string;
  [more: string]: unknown;
}

export interface Citation {
  n: number;
  title: string;
  source: string;
  url?: string;
  quote?: string;
  start?: number;
  end?: number;
}

export interface Artifact {
  id: string;
  rev: number;
  kind: string;
  title: string;
  content?: unknown;
  url?: string;
  final: boolean;
  state: 'partial' | 'final';
}

export interface Done {
  status: 'completed' | 'cancelled' | 'timeout' | 'failed';
  finish: string;
  latency_ms: number;
  ttft_ms?: number;
  usage: { input_tokens: number; output_tokens: number; estimated?: boolean };
  text_length: number;
  text_sha256: string;
}

export interface Gap {
  requested: string;
  first: string;
  head: string;
  lost: number;
}

export interface Reset {
  reason: 'identity' | 'beyond_head' | 'malformed';
  requested: string;
  first: string;
  head: string;
}

// ---------------------------------------------------------------- events

export function events(options?: EventsOptions): Events;

/** Asks a server of yours for a ticket; called again when the last one has ended. */
export type TicketSource = (asked: Query) => Promise<string>;

export interface EventsOptions extends Options {
  /** For pages without a token: feeds are read with tickets instead. */
  ticket?: TicketSource;
}

export interface Query {
  /** `main` unless set. */
  feed?: string;
  /** Globs, `*` within a segment and `**` across. */
  type?: string | string[];
  subject?: string | string[];
  from?: 'earliest' | 'latest' | string;
  consumer?: string;
}

export interface Subscription extends Query {
  /** The id to go on after. */
  lastId?: string;
  /** With `fail`, a gap or a reset ends the feed with a Problem instead of being told. */
  onGap?: 'fail';
  ticket?: TicketSource;
}

export interface CloudEvent {
  specversion: '1.0';
  id: string;
  source: string;
  type: string;
  subject?: string;
  time?: string;
  datacontenttype?: string;
  data?: any;
  [extension: string]: unknown;
}

export interface Events {
  /** Reads a feed; nothing is asked before the first event is awaited. */
  subscribe(subscription?: Subscription): Feed;
  publish(event: CloudEvent, options?: { feed?: string }): Promise<Published>;
  publish(events: CloudEvent[], options?: { feed?: string }): Promise<Published[]>;
  describe(feed?: string): Promise<{ first: string; head: string; events: number; bytes: number; max_age: number }>;
  /** Says how far a named consumer has come. */
  commit(consumer: string, id: string, options?: { feed?: string; rewind?: boolean }): Promise<Record<string, unknown>>;
  forget(consumer: string, options?: { feed?: string }): Promise<void>;
  consumers(): Promise<{ consumers: Array<Record<string, unknown>> }>;
  ticket(query?: Query & { ttl_s?: number }): Promise<{ ticket: string; expires_at: string }>;
}

export interface Published {
  id?: string;
  duplicate?: boolean;
  [more: string]: unknown;
}

export interface FeedEvents {
  stream: Event;
  gap: Event & { detail: Gap };
  reset: Event & { detail: Reset };
  warning: Event & { detail: { code: string; message: string } };
  expiring: Event & { detail: Record<string, unknown> };
  draining: Event & { detail: { message: string; retry_ms: number } };
}

/** Read with `for await`, once. It comes back by itself, and while nobody asks for the next event nothing is read. */
export interface Feed extends EventTarget, AsyncIterable<{ id: string; event: CloudEvent }> {
  readonly stream: StreamState;
  cut(): void;
  hurry(): void;
  close(): void;
  addEventListener<K extends keyof FeedEvents>(type: K, listener: (event: FeedEvents[K]) => void, options?: boolean | AddEventListenerOptions): void;
}

// ---------------------------------------------------------------- audio

export function audio(options?: Options): Audio;

export interface Audio {
  /** Asks for the microphone and calls. A browser wants a person to have pressed something before. */
  call(options?: CallOptions): Promise<Call>;
}

export interface CallOptions {
  /** The conversation to go on with; a new one unless set. */
  conversation?: string;
  /** Fields of the message `hello`, such as `vad` and `barge_in`. */
  [hello: string]: unknown;
}

/**
 * A conversation by voice. It tells every message of the server by its type, with the message as `detail`, and `stream`
 * when the line changes. What is said while the line is cut is kept for 60 seconds and sent when it is back.
 */
export interface Call extends Omit<EventTarget, 'addEventListener'> {
  /** The id of the audio session. */
  readonly id?: string;
  /** The conversation that the answers belong to, as soon as there is one. */
  readonly conversation?: string;
  readonly stream: StreamState;
  /** How loud the microphone is now, from 0 to 1. */
  readonly level: number;
  readonly muted: boolean;
  mute(muted: boolean): void;
  /** A question that is typed, answered by voice. */
  say(text: string): void;
  /** The turn is over now; for push to talk. */
  commit(): void;
  /** The agent shall stop speaking; its text goes on. */
  silence(): void;
  /** Breaks the line as a network would, to see it come back. */
  cut(): void;
  /** Hangs up. */
  close(): void;
  addEventListener(type: string, listener: (event: Event & { detail: any }) => void, options?: boolean | AddEventListenerOptions): void;
}
