-- migrate:up
-- A question is stored before it is answered, so that what happens meanwhile can name it. One that was never answered is not sent to the
-- model again.
alter table messages add column sent_again boolean not null default true;

-- migrate:down
delete from messages where not sent_again;
alter table messages drop column sent_again;
