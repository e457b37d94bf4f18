-- Where each alert stands; the document is the whole state.
CREATE TABLE alert_states (
    project TEXT NOT NULL,
    fingerprint TEXT NOT NULL,
    phase TEXT NOT NULL,
    transition BIGINT NOT NULL,
    document TEXT NOT NULL,
    updated_at BIGINT NOT NULL,
    PRIMARY KEY (project, fingerprint)
);

-- Every change of phase, for ever until retention: the history that people and back-tests read.
CREATE TABLE alert_transitions (
    project TEXT NOT NULL,
    fingerprint TEXT NOT NULL,
    transition BIGINT NOT NULL,
    title TEXT NOT NULL,
    severity TEXT NOT NULL,
    phase_from TEXT NOT NULL,
    phase_to TEXT NOT NULL,
    at BIGINT NOT NULL,
    because TEXT NOT NULL,
    PRIMARY KEY (project, fingerprint, transition)
);
CREATE INDEX alert_transitions_by_time ON alert_transitions (project, at);

-- What each channel was told last, and why it is or is not told now.
CREATE TABLE alert_told (
    project TEXT NOT NULL,
    fingerprint TEXT NOT NULL,
    channel TEXT NOT NULL,
    transition BIGINT NOT NULL,
    phase TEXT NOT NULL,
    at BIGINT NOT NULL,
    repeats BIGINT NOT NULL,
    PRIMARY KEY (project, fingerprint, channel)
);
CREATE TABLE alert_decisions (
    project TEXT NOT NULL,
    fingerprint TEXT NOT NULL,
    channel TEXT NOT NULL,
    send BIGINT NOT NULL,
    reason TEXT NOT NULL,
    sentence TEXT NOT NULL,
    at BIGINT NOT NULL,
    PRIMARY KEY (project, fingerprint, channel)
);

-- Messages to deliver, written in the transaction that changed the state. Transition and time give their order.
CREATE TABLE alert_outbox (
    id TEXT PRIMARY KEY,
    project TEXT NOT NULL,
    fingerprint TEXT NOT NULL,
    transition BIGINT NOT NULL,
    channel TEXT NOT NULL,
    state TEXT NOT NULL,
    message TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    due_at BIGINT NOT NULL,
    attempts BIGINT NOT NULL,
    batch TEXT,
    claimed_by TEXT,
    claimed_until BIGINT NOT NULL,
    delivered_at BIGINT,
    dead_at BIGINT,
    error TEXT
);
CREATE INDEX alert_outbox_open ON alert_outbox (project, due_at) WHERE delivered_at IS NULL AND dead_at IS NULL;
CREATE INDEX alert_outbox_order ON alert_outbox (project, channel, fingerprint, transition);

-- One line per try to deliver.
CREATE TABLE alert_deliveries (
    id TEXT NOT NULL,
    attempt BIGINT NOT NULL,
    at BIGINT NOT NULL,
    milliseconds BIGINT NOT NULL,
    outcome TEXT NOT NULL,
    error TEXT,
    PRIMARY KEY (id, attempt)
);

CREATE TABLE alert_silences (
    id TEXT PRIMARY KEY,
    project TEXT NOT NULL,
    document TEXT NOT NULL,
    starts_at BIGINT NOT NULL,
    ends_at BIGINT NOT NULL
);
CREATE TABLE alert_acknowledgements (
    project TEXT NOT NULL,
    fingerprint TEXT NOT NULL,
    author TEXT NOT NULL,
    note TEXT NOT NULL,
    at BIGINT NOT NULL,
    until BIGINT NOT NULL,
    PRIMARY KEY (project, fingerprint)
);

-- What alerts had us do, for cool-downs and budgets.
CREATE TABLE alert_actions (
    id TEXT PRIMARY KEY,
    project TEXT NOT NULL,
    action TEXT NOT NULL,
    fingerprint TEXT NOT NULL,
    transition BIGINT NOT NULL,
    verdict TEXT NOT NULL,
    reason TEXT NOT NULL,
    at BIGINT NOT NULL
);
CREATE INDEX alert_actions_by_time ON alert_actions (project, action, at);

-- Ids of inbound webhooks already taken, so that a replay is seen.
CREATE TABLE webhook_ids (
    source TEXT NOT NULL,
    id TEXT NOT NULL,
    seen_at BIGINT NOT NULL,
    PRIMARY KEY (source, id)
);
