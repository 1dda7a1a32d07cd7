-- Passwords for players that must prove they know one without sending it (OpenSubsonic). The server has to know them again, so
-- they are random, sealed with a key of this installation, and never the password one signs in with.
create table accounts.app_password (
  id uuid primary key,
  user_id uuid not null references accounts."user",
  name text not null,
  sealed bytea not null,
  created_at timestamptz not null,
  last_used_at timestamptz,
  revoked_at timestamptz
);
create index app_password_by_user on accounts.app_password (user_id, id) where revoked_at is null;
