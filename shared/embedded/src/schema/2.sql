-- Whether a reception of the message goes on: 1 from the reception until its consumer hands the message back. An older version
-- did not record that, so every message that was received counts as in flight until the next start.
ALTER TABLE messages ADD COLUMN in_flight INTEGER NOT NULL DEFAULT 0;
UPDATE messages SET in_flight = 1 WHERE received > 0;
