import { useQuery } from '@tanstack/react-query';
import { ApiError } from '#client/call.ts';
import { getWaveform } from '#catalogue/media/contract.ts';
import { call, keyOf } from '../shell/api.ts';

/** The shape of a recording's sound; null while it is not analysed yet, which is no error. */
export function useWaveform(recordingId: string | null): readonly number[] | null {
  const asked = useQuery({
    queryKey: keyOf(getWaveform, { recordingId }),
    queryFn: async ({ signal }) => {
      try {
        const { peaks } = await call(getWaveform, { params: { id: recordingId as never }, signal });
        return peaks.length === 0 ? null : peaks;
      } catch (error) {
        if (error instanceof ApiError && error.status === 404) return null;
        throw error;
      }
    },
    enabled: recordingId !== null,
    staleTime: Infinity,
  });
  return asked.data ?? null;
}
