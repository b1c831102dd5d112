/** Performance series as this product keeps them, whichever farm measured: one JSON file of named metrics over time. */
import type { FarmEvidence } from './port.ts';

export type PerformanceSeries = {
  metric: 'cpu' | 'memory' | 'network_sent' | 'network_received' | 'frame_rate' | 'battery' | 'temperature';
  unit: 'percent' | 'bytes' | 'bytes_per_second' | 'frames_per_second' | 'celsius';
  /** `at`: milliseconds since the Unix epoch, by the farm's clock. */
  samples: { at: number; value: number }[];
};

/** @param read the series; asked with each opening, and the same each time */
export function performanceEvidence(name: string, read: () => Promise<PerformanceSeries[]>): FarmEvidence {
  return {
    name,
    kind: 'performance',
    contentType: 'application/json',
    async *open(offset = 0) {
      const series = (await read()).map(({ samples, ...each }) => ({
        ...each,
        samples: samples.filter(({ value }) => Number.isFinite(value)).toSorted((a, b) => a.at - b.at),
      }));
      yield Buffer.from(JSON.stringify({ version: 1, series })).subarray(offset);
    },
  };
}
