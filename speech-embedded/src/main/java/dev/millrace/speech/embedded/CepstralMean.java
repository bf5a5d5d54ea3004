package dev.millrace.speech.embedded;

import edu.cmu.sphinx.frontend.BaseDataProcessor;
import edu.cmu.sphinx.frontend.Data;
import edu.cmu.sphinx.frontend.DataStartSignal;
import edu.cmu.sphinx.frontend.DoubleData;

/**
 * Takes the mean of the cepstra away, which is what microphone and room add to each frame. Each utterance begins with the
 * mean that the acoustic model was trained with, and its own frames move it: so the same utterance is heard the same way
 * whatever was heard before, and guesses need not wait for its end.
 *
 * <p>It stands where sphinx4 has its LiveCMN, which waits for two seconds before its first utterance, carries its mean from
 * one speaker to the next, and divides by nothing after a silence: all later utterances are then unintelligible to it. Made
 * by sphinx4, from sphinx.xml. For one thread.
 */
public final class CepstralMean extends BaseDataProcessor {

    /** {@code -cmninit} in feat.params of the model. */
    private static final double[] TRAINED = {
        41.00, -5.29, -0.12, 5.09, 2.48, -4.07, -1.37, -1.78, -5.08, -2.05, -6.45, -1.42, 1.17
    };

    /** So many frames, of ten milliseconds, weigh as much as the trained mean. */
    private static final int WEIGHT = 100;

    private final double[] sum = new double[TRAINED.length];
    private int frames;

    @Override
    public Data getData() {
        Data data = getPredecessor().getData();
        if (data instanceof DataStartSignal) {
            begin();
        } else if (data instanceof DoubleData cepstrum) {
            normalize(cepstrum.getValues());
        }
        return data;
    }

    private void begin() {
        frames = WEIGHT;
        for (int i = 0; i < sum.length; i++) {
            sum[i] = TRAINED[i] * WEIGHT;
        }
    }

    /** The first value is the energy: frames below a whisper say nothing about the speaker. */
    private void normalize(double[] cepstrum) {
        boolean speech = cepstrum[0] > 0;
        for (int i = 0; i < sum.length; i++) {
            double value = cepstrum[i];
            cepstrum[i] = value - sum[i] / frames;
            sum[i] += speech ? value : 0;
        }
        frames += speech ? 1 : 0;
    }
}
