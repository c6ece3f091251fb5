/* Made-up voice notes: a few seconds of a voice-like hum in syllables, as a WAV file that every browser plays. Nobody's voice; the
 * melody follows from the seed. */
#include "base/buf.h"
#include "demo/demo_int.h"
#include <math.h>
#include <openssl/sha.h>

enum { RATE = 8000, SECONDS = 3, SAMPLES = RATE * SECONDS, WIDTH = 2, LOUD = 9000, SYLLABLE = RATE / 5 };

static void le(Buf *b, uint32_t n, int bytes) {
        for (int i = 0; i < bytes; i++)
                buf_char(b, (char)(n >> 8 * i & 0xff));
}

/* RIFF head of one channel of 16 bits (WAVE_FORMAT_PCM). */
static void head(Buf *b) {
        enum { FORMAT = 16, DATA = SAMPLES * WIDTH };

        buf_c(b, "RIFF");
        le(b, 4 + 8 + FORMAT + 8 + DATA, 4);
        buf_c(b, "WAVEfmt ");
        le(b, FORMAT, 4);
        le(b, 1, 2); /* PCM */
        le(b, 1, 2); /* channels */
        le(b, RATE, 4);
        le(b, RATE * WIDTH, 4);
        le(b, WIDTH, 2);
        le(b, WIDTH * 8, 2);
        buf_c(b, "data");
        le(b, DATA, 4);
}

/* A syllable's pitch in Hz: like a voice's, another for each. */
static double pitch(uint64_t seed, int syllable) {
        uint64_t z = (seed + (uint64_t)syllable) * 0x9e3779b97f4a7c15u;

        z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
        return 110 + (double)((z ^ (z >> 31)) % 140);
}

Rc demo_sound(Cx *cx, uint64_t seed, DemoPicture *ret) {
        uint8_t digest[SHA256_DIGEST_LENGTH];
        Buf b = BUF_IN(cx->arena);
        double phase = 0;

        head(&b);
        for (int i = 0; i < SAMPLES; i++) {
                int within = i % SYLLABLE;
                double envelope = sin(M_PI * within / SYLLABLE);

                phase += 2 * M_PI * pitch(seed, i / SYLLABLE) / RATE;
                le(&b, (uint32_t)(int32_t)(LOUD * envelope * (sin(phase) * 0.6 + sin(2 * phase) * 0.3 + sin(3 * phase) * 0.1)), WIDTH);
        }
        SHA256((const unsigned char *)b.p, b.n, digest);
        *ret = (DemoPicture){ .sha256 = hex_str(cx->arena, digest, sizeof digest), .bytes = buf_view(&b), .recording = true };
        return OK;
}
