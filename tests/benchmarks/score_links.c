/* The yardstick: a bare loop that scores every link every tick, one log and one exp each.
 *
 * cc -O3 score_links.c -o score_links -lm && ./score_links LINKS TICKS
 *
 * Prints CPU seconds and a sum, so that the work cannot be left out.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

int main(int argc, char **argv) {
    if (argc != 3) {
        fprintf(stderr, "usage: score_links LINKS TICKS\n");
        return 2;
    }
    long links = atol(argv[1]), ticks = atol(argv[2]);
    double *price = malloc(links * sizeof *price), *lead = malloc(links * sizeof *lead);
    double *risk = malloc(links * sizeof *risk), *trust = malloc(links * sizeof *trust);
    double *weight = malloc(links * sizeof *weight);
    if (!price || !lead || !risk || !trust || !weight) {
        fprintf(stderr, "out of memory\n");
        return 1;
    }
    for (long k = 0; k < links; k++) {
        price[k] = 1.0 + (k % 97) / 97.0;
        lead[k] = 1.0 + k % 7;
        risk[k] = (k % 31) / 310.0;
        trust[k] = (k % 11) / 11.0;
        weight[k] = 0.0;
    }
    clock_t start = clock();
    for (long t = 0; t < ticks; t++)
        for (long k = 0; k < links; k++) {
            double score = -6.0 * log(price[k] + 1e-6 * t) - 0.05 * lead[k] - 2.0 * risk[k] + trust[k];
            weight[k] = 0.5 * weight[k] + exp(score);
        }
    double seconds = (double)(clock() - start) / CLOCKS_PER_SEC, sum = 0.0;
    for (long k = 0; k < links; k++)
        sum += weight[k];
    printf("%.9f %.6f\n", seconds, sum);
    return 0;
}
