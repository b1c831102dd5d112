/** Performance series of a step, in the one form that all farms' series have here. */

import { type PerformanceSeries, performanceEvidence } from '../performance-series.ts';
import type { FarmEvidence } from '../port.ts';
import type { GoogleClient } from './client.ts';
import { Samples, SeriesList, type Step } from './wire.ts';

/** Google's labels, of which a run has a handful. */
const METRICS: Record<string, Pick<PerformanceSeries, 'metric' | 'unit'>> = {
  cpuTotal: { metric: 'cpu', unit: 'percent' },
  memoryTotal: { metric: 'memory', unit: 'bytes' },
  memoryRssTotal: { metric: 'memory', unit: 'bytes' },
  networkSent: { metric: 'network_sent', unit: 'bytes_per_second' },
  networkReceived: { metric: 'network_received', unit: 'bytes_per_second' },
  graphicsFrameRate: { metric: 'frame_rate', unit: 'frames_per_second' },
};
const KIBIBYTE = 1024;
const MAX_SERIES = 20;

/** Nothing where the step has none. @throws FarmError */
export async function readPerformance(client: GoogleClient, stepPath: string, step: Step): Promise<FarmEvidence[]> {
  const { perfSampleSeries } = await client.get('toolresults', `${stepPath}/perfSampleSeries`, {}, SeriesList);
  const known = perfSampleSeries.flatMap(({ sampleSeriesId, basicPerfSampleSeries: basic }) => {
    const as = METRICS[basic?.sampleSeriesLabel ?? ''];
    return as ? [{ ...as, id: sampleSeriesId, scale: basic?.perfUnit === 'kibibyte' ? KIBIBYTE : 1 }] : [];
  });
  if (known.length === 0) return [];
  return [
    performanceEvidence(`performance.${step.stepId.replace(/[^\w.-]/g, '_')}.json`, async () => {
      const all: PerformanceSeries[] = [];
      for (const { id, scale, metric, unit } of known.slice(0, MAX_SERIES)) {
        const path = `${stepPath}/perfSampleSeries/${encodeURIComponent(id)}/samples`;
        const pages = await client.list('toolresults', path, { pageSize: 1000 }, Samples);
        const samples = pages.flatMap(({ perfSamples }) =>
          perfSamples.map(({ sampleTime, value }) => ({
            at: Math.round((sampleTime?.seconds ?? 0) * 1000 + (sampleTime?.nanos ?? 0) / 1e6),
            value: (value ?? 0) * scale,
          })),
        );
        all.push({ metric, unit, samples });
      }
      return all;
    }),
  ];
}
