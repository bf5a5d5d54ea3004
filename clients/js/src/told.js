/** What changed, and for some kinds what it was. Node 18 has no CustomEvent. */
export class Told extends Event {
  constructor(type, detail) {
    super(type);
    this.detail = detail;
  }
}
