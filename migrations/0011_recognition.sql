create schema if not exists recognition;
