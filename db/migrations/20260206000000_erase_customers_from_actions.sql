-- migrate:up
-- What was proposed to be done to an order may say where its customer lives. It goes with the customer: out of the action, of what was
-- noted of it, and of the conversation that it came from. What was done, when, by whom and for how much stays.

-- The value without these words, in whatever case; what its parts are called and which kind they are stays as it is.
create function without_words(value jsonb, words text[]) returns jsonb
  language plpgsql immutable set search_path = public as $$
declare
  plain text;
  word text;
begin
  case jsonb_typeof(value)
    when 'object' then
      return (select coalesce(jsonb_object_agg(key, case when key in ('type', 'id', 'tool_use_id', 'name', 'signature') then part
                                                         else without_words(part, words) end), '{}')
              from jsonb_each(value) parts (key, part));
    when 'array' then
      return (select coalesce(jsonb_agg(without_words(part, words) order by place), '[]')
              from jsonb_array_elements(value) with ordinality parts (part, place));
    when 'string' then
      plain := value #>> '{}';
      foreach word in array words loop
        plain := regexp_replace(plain, '(?<!\w)' || regexp_replace(word, '([^\w\s])', '\\\1', 'g') || '(?!\w)', 'erased', 'gi');
      end loop;
      return to_jsonb(plain);
    else
      return value;
  end case;
end $$;

create function erase_actions(orders bigint[]) returns int
  language plpgsql security definer set search_path = public as $$
declare
  gone constant jsonb := '{"erased": true}';
  emptied constant text[] := array['address', 'note', 'tracking_mail'];
  ids bigint[];
  conversed bigint[];
  words text[];
begin
  perform from actions where order_id = any (orders) order by id for update;
  if exists (select from actions where order_id = any (orders) and status in ('approved', 'executing')) then
    raise exception 'An action on an order of this customer is being carried out. Try again when it is done.' using errcode = 'DD409';
  end if;
  update actions set status = 'expired' where order_id = any (orders) and status = 'pending';
  select array_agg(id), array_agg(conversation_id) into ids, conversed
  from actions where order_id = any (orders) and reason <> 'erased';
  if ids is null then return 0; end if;
  -- What was said of the customer: values as they stood, and the longer words of names and streets by themselves.
  words := array(
    select word from (
      select distinct word
      from (
        select part.name, part.told #>> '{}' as told
        from actions a
        cross join unnest(array[a.old_value, a.new_value, a.result]) parts (told)
        cross join jsonb_each(case jsonb_typeof(parts.told) when 'object' then parts.told else '{}' end) part (name, told)
        where a.id = any (ids) and a.kind = any (emptied) and jsonb_typeof(part.told) = 'string'
          and part.name in ('first_name', 'last_name', 'company', 'address1', 'address2', 'phone', 'note', 'number')
        union all
        select 'note', reason from actions where id = any (ids)
      ) said
      cross join unnest(array[told] || case when name in ('first_name', 'last_name', 'address1', 'address2')
                                            then regexp_split_to_array(told, '[\s,]+') end) with ordinality of_it (word, place)
      where length(word) > 2 and (place = 1 or word ~ '^[^\d]{4,}$')
    ) known
    order by length(word) desc);
  update messages set content = without_words(content::jsonb, words)::json where conversation_id = any (conversed);
  update conversations set summary = without_words(to_jsonb(summary), words) #>> '{}' where id = any (conversed);
  update receipts set input = without_words(input, words), result = without_words(result, words) where conversation_id = any (conversed);
  update receipts set result_hash = sha256(convert_to(result::text, 'UTF8')) where conversation_id = any (conversed);
  perform set_config('dealdome.erasing', 'on', true);
  update audit_log l set
    old_value = case when l.old_value is not null then gone end, new_value = case when l.new_value is not null then gone end
  from actions a
  where a.id = any (ids) and a.kind = any (emptied) and starts_with(l.subject, 'action ' || a.id || ':');
  update actions set
    old_value = case when kind = any (emptied) then gone else old_value end,
    new_value = case when kind = any (emptied) then gone else new_value end,
    result = case when kind = any (emptied) and result is not null then gone else result end,
    reason = 'erased',
    error = case when error is not null then 'erased' end
  where id = any (ids);
  perform set_config('dealdome.erasing', '', true);
  return cardinality(ids);
end $$;
revoke execute on function erase_actions from public;
grant execute on function erase_actions to dealdome_app;

create or replace function move_action() returns trigger language plpgsql security definer set search_path = public as $$
begin
  if (old.id, old.kind, old.store_id, old.order_id, old.product_id, old.product_ids, old.target, old.effect, old.amount, old.change_percent,
      old.approvals_needed, old.idempotency_key, old.undo_of, old.created_at, old.expires_at)
     is distinct from
     (new.id, new.kind, new.store_id, new.order_id, new.product_id, new.product_ids, new.target, new.effect, new.amount, new.change_percent,
      new.approvals_needed, new.idempotency_key, new.undo_of, new.created_at, new.expires_at)
     or ((old.old_value, old.new_value, old.reason) is distinct from (new.old_value, new.new_value, new.reason)
         and not (current_setting('dealdome.erasing', true) is not distinct from 'on' and new.reason = 'erased'
                  and new.old_value in (old.old_value, '{"erased": true}') and new.new_value in (old.new_value, '{"erased": true}')
                  and new.status not in ('pending', 'approved', 'executing'))) then
    raise exception 'What an action does stays as it was proposed. Propose another one.' using errcode = 'DD409';
  end if;
  if old.status <> new.status and (old.status, new.status) not in (
       ('pending', 'approved'), ('pending', 'rejected'), ('pending', 'expired'), ('pending', 'replaced'), ('approved', 'executing'),
       ('executing', 'executed'), ('executing', 'failed'), ('executed', 'undone')) then
    raise exception 'An action that is % cannot become %.', old.status, new.status using errcode = 'DD409';
  end if;
  if old.status = 'pending' and new.status = 'approved' then
    if new.decided_at is null or new.decided_at >= new.expires_at then
      raise exception 'This proposal has expired. Ask for a new one.' using errcode = 'DD409';
    end if;
    if (select count(*) from action_approvals where action_id = new.id) < new.approvals_needed then
      raise exception 'This action needs the approval of % people.', new.approvals_needed using errcode = 'DD409';
    end if;
    perform hold_to_limits(new, new.decided_at);
  elsif old.status = 'approved' and new.status = 'executing' then
    perform hold_to_limits(new, new.started_at);
  end if;
  return new;
end $$;

-- migrate:down
drop function erase_actions;
drop function without_words;
create or replace function move_action() returns trigger language plpgsql security definer set search_path = public as $$
begin
  if (old.id, old.kind, old.store_id, old.order_id, old.product_id, old.product_ids, old.target, old.old_value, old.new_value, old.reason,
      old.effect, old.amount, old.change_percent, old.approvals_needed, old.idempotency_key, old.undo_of, old.created_at, old.expires_at)
     is distinct from
     (new.id, new.kind, new.store_id, new.order_id, new.product_id, new.product_ids, new.target, new.old_value, new.new_value, new.reason,
      new.effect, new.amount, new.change_percent, new.approvals_needed, new.idempotency_key, new.undo_of, new.created_at, new.expires_at) then
    raise exception 'What an action does stays as it was proposed. Propose another one.' using errcode = 'DD409';
  end if;
  if old.status <> new.status and (old.status, new.status) not in (
       ('pending', 'approved'), ('pending', 'rejected'), ('pending', 'expired'), ('pending', 'replaced'), ('approved', 'executing'),
       ('executing', 'executed'), ('executing', 'failed'), ('executed', 'undone')) then
    raise exception 'An action that is % cannot become %.', old.status, new.status using errcode = 'DD409';
  end if;
  if old.status = 'pending' and new.status = 'approved' then
    if new.decided_at is null or new.decided_at >= new.expires_at then
      raise exception 'This proposal has expired. Ask for a new one.' using errcode = 'DD409';
    end if;
    if (select count(*) from action_approvals where action_id = new.id) < new.approvals_needed then
      raise exception 'This action needs the approval of % people.', new.approvals_needed using errcode = 'DD409';
    end if;
    perform hold_to_limits(new, new.decided_at);
  elsif old.status = 'approved' and new.status = 'executing' then
    perform hold_to_limits(new, new.started_at);
  end if;
  return new;
end $$;
