-- migrate:up
-- A large import counts what it booked for the planner: until the server does so by itself, reports are planned for empty tables, and a
-- what-if took 25 s. Before version 17 only the owner may, and others are skipped with a warning.
do $$
begin
  if current_setting('server_version_num')::int >= 170000 then
    execute 'grant maintain on orders, order_lines, ledger_entries, daily_financials, product_performance, returned_units to dealdome_app';
  end if;
end $$;

-- migrate:down
do $$
begin
  if current_setting('server_version_num')::int >= 170000 then
    execute 'revoke maintain on orders, order_lines, ledger_entries, daily_financials, product_performance, returned_units from dealdome_app';
  end if;
end $$;
