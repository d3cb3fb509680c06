-- migrate:up
-- One row per transaction that changed what answers are made of (figures) or who may ask (access). An answer that is kept is still true if
-- no row was committed since it was made: rows are compared by transaction, not by time, so that the order of commits does not matter.
create table data_changes (
  xid  xid8 not null default pg_current_xact_id(),
  kind text not null,
  primary key (xid, kind),
  constraint kind_is_known check (kind in ('figures', 'access'))
);

create function tell_change() returns trigger language plpgsql as $$
begin
  insert into data_changes (kind) values (tg_argv[0]) on conflict do nothing;
  return null;
end $$;

do $$
declare
  changed text;
begin
  foreach changed in array array[
    'currencies', 'workspace', 'stores', 'products', 'variants', 'product_costs', 'product_cost_tiers', 'orders', 'order_lines', 'order_amounts',
    'refunds', 'refund_lines', 'ledger_entries', 'daily_financials', 'product_performance', 'manual_days', 'manual_product_days', 'ad_spend',
    'ad_accounts', 'ad_campaigns', 'fixed_costs', 'fee_rules', 'shipping_rules', 'fx_rates', 'shopify_shops'] loop
    execute format('create trigger tells_change after insert or update or delete or truncate on %I for each statement execute function tell_change(%L)',
                   changed, 'figures');
  end loop;
end $$;

-- Not a new session and not the time a token was used last: neither changes who may do what.
create trigger tells_change after update or delete or truncate on users for each statement execute function tell_change('access');
create trigger tells_change after update of user_id, ended_at, expires_at or delete or truncate on sessions
  for each statement execute function tell_change('access');
create trigger tells_change after update of user_id, token_hash, scopes, store_ids, expires_at, revoked_at or delete or truncate on api_tokens
  for each statement execute function tell_change('access');

-- migrate:down
drop function tell_change cascade;
drop table data_changes;
