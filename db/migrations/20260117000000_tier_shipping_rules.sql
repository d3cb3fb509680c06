-- migrate:up
-- A rule holds for orders of at least so many pieces and so many grams. Of those that fit, one of the order's own country comes first,
-- then the heaviest, then the one of most pieces. An order with a piece of unknown weight has no weight: only rules from 0 grams fit.
alter table shipping_rules
  add column min_units int not null default 0,
  add column min_grams int not null default 0,
  add constraint min_units_not_negative check (min_units >= 0),
  add constraint min_grams_not_negative check (min_grams >= 0),
  drop constraint shipping_rules_never_overlap,
  add constraint shipping_rules_never_overlap
    exclude using gist (store_id with =, country with =, min_units with =, min_grams with =, valid with &&);

alter table variants
  add column grams int,
  add constraint grams_not_negative check (grams >= 0);
comment on column variants.grams is 'Weight of one piece, for shipping rules; null: not known.';

-- migrate:down
alter table variants drop column grams;
delete from shipping_rules where min_units > 0 or min_grams > 0;
alter table shipping_rules
  drop constraint shipping_rules_never_overlap,
  drop column min_units,
  drop column min_grams,
  add constraint shipping_rules_never_overlap exclude using gist (store_id with =, country with =, valid with &&);
