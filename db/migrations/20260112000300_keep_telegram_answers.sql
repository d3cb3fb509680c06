-- migrate:up
-- An answer that is not shown yet: when the process dies before it is, the next one shows it instead of asking a model again.
alter table telegram_answers add column update_id bigint;
alter table telegram_answers add column answer jsonb;
comment on column telegram_answers.answer is 'Until it is shown.';

-- migrate:down
alter table telegram_answers drop column answer;
alter table telegram_answers drop column update_id;
