-- Who listened to what, for lists of what somebody hears most and heard last.
create view playback.public_session as
select user_id, recording_id, started_at, listened_ms
from playback.session
where listened_ms > 0;
create index session_by_user_recording on playback.session (user_id, recording_id) where listened_ms > 0;
