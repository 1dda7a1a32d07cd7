create schema accounts;

create table accounts."user" (
  id uuid primary key,
  email text not null unique check (email = lower(email)),
  name text not null,
  password_hash text, -- null: a person of the demo country, who never signs in
  territory text,
  locale text not null default 'en',
  time_zone text not null default 'UTC',
  preferences jsonb not null default '{}',
  provenance text not null default 'counted',
  created_at timestamptz not null default now(),
  disabled_at timestamptz,
  disabled_because text
);

create table accounts.user_role (
  user_id uuid not null references accounts."user",
  role text not null check (role in
    ('listener', 'artist', 'label', 'venue', 'dj', 'station', 'society', 'analyst', 'moderator', 'admin')),
  granted_at timestamptz not null default now(),
  granted_by uuid,
  primary key (user_id, role)
);
create index user_role_by_role on accounts.user_role (role, user_id);

-- One sign-in; every refresh token of it descends from the first. Reuse of a spent token revokes the session.
create table accounts.session (
  id uuid primary key,
  user_id uuid not null references accounts."user",
  created_at timestamptz not null default now(),
  last_used_at timestamptz not null default now(),
  expires_at timestamptz not null,
  revoked_at timestamptz,
  revoked_because text,
  user_agent text,
  address text
);
create index session_by_user on accounts.session (user_id, created_at);

create table accounts.refresh_token (
  token_hash bytea primary key,
  session_id uuid not null references accounts.session,
  created_at timestamptz not null default now(),
  expires_at timestamptz not null,
  used_at timestamptz
);
create index refresh_token_by_session on accounts.refresh_token (session_id, expires_at);

create table accounts.api_key (
  id uuid primary key,
  user_id uuid not null references accounts."user",
  name text not null,
  key_hash bytea not null unique,
  hint text not null, -- its first characters, by which its owner knows it again
  created_at timestamptz not null default now(),
  expires_at timestamptz,
  last_used_at timestamptz,
  revoked_at timestamptz
);
create index api_key_by_user on accounts.api_key (user_id, created_at);

-- A link that makes its first visitor an administrator, printed at the first start.
create table accounts.first_admin_link (
  token_hash bytea primary key,
  created_at timestamptz not null default now(),
  used_at timestamptz
);

create table accounts.audit (
  id bigint generated always as identity primary key,
  at timestamptz not null default now(),
  actor uuid,
  action text not null,
  subject text,
  detail jsonb not null default '{}',
  address text
);
create index audit_by_actor on accounts.audit (actor, id);
create index audit_by_subject on accounts.audit (subject, id);
create index audit_by_action on accounts.audit (action, id);
