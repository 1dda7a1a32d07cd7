-- A listener is a person. What reports from a box is an agent.
alter table plays.device rename column listener_id to agent_id;
alter table plays.device rename column listener_seen_at to agent_seen_at;
alter table plays.reported_seq rename column listener_id to agent_id;
