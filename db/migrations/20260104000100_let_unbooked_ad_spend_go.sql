-- migrate:up
-- An import that is undone takes its rows of ad spend away. Their entries stay, and come to nothing: like a line, a row may be outlived.
alter table ledger_entries drop constraint ledger_entries_ad_spend_id_fkey;

create function keep_booked_ad_spend() returns trigger language plpgsql as $$
begin
  if exists (
    select 1 from ledger_entries where ad_spend_id = old.id
    group by store_id, business_day, product_id having sum(amount_minor) <> 0) then
    raise exception 'The ad spend of % on % is booked and stays: set it to 0 instead.', old.platform, old.day using errcode = 'DD409';
  end if;
  return old;
end $$;
create trigger booked_ad_spend_stays before delete on ad_spend for each row execute function keep_booked_ad_spend();

-- migrate:down
drop trigger booked_ad_spend_stays on ad_spend;
drop function keep_booked_ad_spend;
alter table ledger_entries
  add constraint ledger_entries_ad_spend_id_fkey foreign key (ad_spend_id) references ad_spend on delete restrict not valid;
