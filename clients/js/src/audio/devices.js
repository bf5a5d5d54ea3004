/**
 * Microphone and loudspeaker of a browser, as the session needs them: frames of 20 ms at 16 kHz in, and orders to the
 * player out. They live on the audio thread; this only passes messages.
 */
export class Devices {
  #context;
  #stream;
  #speaker;

  /** @param {(pcm: Int16Array, level: number) => void} heard @param {(report: object) => void} played */
  static async open(heard, played) {
    const devices = new Devices();
    try {
      // The browser takes the loudspeaker out of what it hears, so that the agent is not interrupted by itself.
      devices.#stream = await navigator.mediaDevices.getUserMedia({ audio: { echoCancellation: true, noiseSuppression: true, autoGainControl: true, channelCount: 1 } });
      const context = (devices.#context = new AudioContext({ latencyHint: 'interactive' }));
      await context.audioWorklet.addModule(new URL('./worklet.js', import.meta.url));
      const capture = new AudioWorkletNode(context, 'millrace-capture', { numberOfOutputs: 0 });
      capture.port.onmessage = ({ data }) => heard(data.pcm, data.level);
      devices.#speaker = new AudioWorkletNode(context, 'millrace-speaker', { numberOfInputs: 0 });
      devices.#speaker.port.onmessage = ({ data }) => played(data);
      context.createMediaStreamSource(devices.#stream).connect(capture);
      devices.#speaker.connect(context.destination);
      await context.resume();
      return devices;
    } catch (error) {
      devices.close();
      throw error;
    }
  }

  /** An order to the player: `begin`, `audio`, `pause`, `resume`, `end`, `stop`. */
  play(order) {
    this.#speaker.port.postMessage(order);
  }

  close() {
    this.#stream?.getTracks().forEach((track) => track.stop());
    this.#context?.close();
  }
}
