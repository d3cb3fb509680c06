-- migrate:up
-- Why a unit cost is what it is, in words for people: an import, an action, a person's reason. Empty where nobody said.
alter table product_costs add column source text not null default '';

-- migrate:down
alter table product_costs drop column source;
