-- migrate:up
-- Whether a store that the asker does not see sells the product, or sold it: a change of its cost would change that store's profit.
create function product_is_sold_elsewhere(product bigint) returns boolean
  language sql stable security definer set search_path = public as $$
  select not sees_all_stores() and (
    exists (select 1 from variants where product_id = product and store_id <> all (seen_stores()))
    or exists (select 1 from order_lines l join orders o on o.id = l.order_id
               where l.product_id = product and o.store_id <> all (seen_stores()))
    or exists (select 1 from ad_spend where product_id = product and store_id <> all (seen_stores())))
$$;

-- Whether anything of any store names the product beside its SKUs and costs, so that it must stay.
create function product_has_history(product bigint) returns boolean
  language sql stable security definer set search_path = public as $$
  select exists (select 1 from order_lines where product_id = product)
      or exists (select 1 from ad_spend where product_id = product)
      or exists (select 1 from product_performance where product_id = product)
$$;
revoke execute on function product_is_sold_elsewhere, product_has_history from public;
grant execute on function product_is_sold_elsewhere, product_has_history to dealdome_app;

-- migrate:down
drop function product_has_history;
drop function product_is_sold_elsewhere;
