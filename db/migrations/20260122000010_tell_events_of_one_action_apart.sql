-- migrate:up
-- What a merchant does at once to many objects has one event id: each of them is an event of its own.
alter table shopify_events drop constraint shopify_events_store_id_topic_event_id_key;
alter table shopify_events add unique (store_id, topic, event_id, number);

-- migrate:down
alter table shopify_events drop constraint shopify_events_store_id_topic_event_id_number_key;
delete from shopify_events e
using shopify_events other
where other.store_id = e.store_id and other.topic = e.topic and other.event_id = e.event_id and other.id < e.id;
alter table shopify_events add unique (store_id, topic, event_id);
