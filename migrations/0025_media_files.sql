-- Files that can be heard, with what analysis found.
create view media.public_file as
select f.id, f.recording_id, f.content_type, f.codec, f.size_bytes, f.bitrate, f.sample_rate, f.channels, f.duration_ms,
  a.loudness_lufs, a.peak_dbtp
from media.file f
left join media.analysis a on a.file_id = f.id
where f.missing_since is null;
