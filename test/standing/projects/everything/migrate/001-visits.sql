-- Runs in every deployment: it has to bear being run again.
CREATE TABLE IF NOT EXISTS visits (
  at timestamptz NOT NULL DEFAULT now(),
  path text NOT NULL
);
