-- migrate:up
-- jsonb orders keys anew, so that the model would get its own calls back in other words and its cache would not know them.
alter table messages alter column content type json;

-- migrate:down
alter table messages alter column content type jsonb;
