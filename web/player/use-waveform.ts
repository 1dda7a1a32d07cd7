import { useQuery } from '@tanstack/react-query';
import { getWaveform } from '#catalogue/media/contract.ts';
import { call, keyOf } from '../kit/api.ts';

/** Until when a recording counts as not analysed yet. */
const askAgainMs = 60_000;

/** The shape of a recording's sound; null while it is not analysed yet, which is no error. */
export function useWaveform(recordingId: string | null): readonly number[] | null {
  const asked = useQuery({
    queryKey: keyOf(getWaveform, { recordingId }),
    queryFn: async ({ signal }) => {
      const { peaks } = await call(getWaveform, { params: { id: recordingId as never }, signal });
      return peaks.length === 0 ? null : peaks;
    },
    enabled: recordingId !== null,
    staleTime: ({ state }) => (state.data == null ? askAgainMs : Infinity),
  });
  return asked.data ?? null;
}
