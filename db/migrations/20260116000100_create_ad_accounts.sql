-- migrate:up
-- An account of an ad platform, and the store that its spend counts for unless a campaign says otherwise. Its token stands sealed in
-- secrets, under the name ad_account/ID.
create table ad_accounts (
  id           bigint generated always as identity primary key,
  store_id     bigint not null references stores on delete cascade,
  platform     text not null,
  external_id  text not null,
  name         text not null,
  currency     text not null references currencies on delete restrict,
  time_zone    text not null,
  action_type  text not null,
  attribution  text not null,
  refused      text,
  settled_on   date,
  connected_at timestamptz not null,
  unique (platform, external_id),
  constraint platform_is_asked_by_us check (platform = 'meta'),
  constraint external_id_is_of_an_account check (external_id ~ '^act_[0-9]{1,20}$'),
  constraint action_type_is_one check (
    action_type in ('omni_purchase', 'purchase', 'offsite_conversion.fb_pixel_purchase', 'onsite_web_purchase')),
  constraint attribution_is_a_window check (attribution in ('default', '1d_click', '7d_click', '28d_click', '1d_view'))
);
comment on column ad_accounts.time_zone is 'In which the platform cuts its days. A day of it counts as the store''s day of the same date.';
comment on column ad_accounts.action_type is 'The one kind of purchase that is counted: the platform tells the same purchase under several.';
comment on column ad_accounts.attribution is 'Within which time after a click or view a purchase is claimed; default is 7 days after a click or 1 after a view.';
comment on column ad_accounts.refused is 'Why the platform does not take the token, in words. It is not asked again until another is set.';
comment on column ad_accounts.settled_on is 'The day of the account on which the days that may still be restated were last all asked for.';
create index ad_accounts_by_store on ad_accounts (store_id);

-- Where the spend of a campaign counts. label is what its ad spend is booked under: its first name, so that another name moves nothing.
create table ad_campaigns (
  id          bigint generated always as identity primary key,
  account_id  bigint not null references ad_accounts on delete cascade,
  external_id text not null,
  name        text not null,
  label       text not null,
  store_id    bigint not null references stores on delete cascade,
  product_id  bigint references products on delete restrict,
  mapped_at   timestamptz,
  unique (account_id, external_id),
  unique (account_id, label)
);
comment on column ad_campaigns.mapped_at is 'When a person said where it belongs; null: it follows its account.';
create index ad_campaigns_by_store on ad_campaigns (store_id);
create index ad_campaigns_by_product on ad_campaigns (product_id) where product_id is not null;

-- What the platform says of a campaign's day, and of each of its ads: ad is empty for the campaign as a whole. In the account's currency
-- and days. A row that the platform no longer tells is set to zero.
create table ad_insights (
  campaign_id    bigint not null references ad_campaigns on delete cascade,
  ad             text not null default '',
  day            date not null,
  ad_name        text not null default '',
  spend          numeric not null,
  impressions    bigint not null,
  clicks         bigint not null,
  purchases      numeric not null,
  purchase_value numeric not null,
  action_type    text not null,
  attribution    text not null,
  fetched_at     timestamptz not null,
  primary key (campaign_id, ad, day),
  constraint figures_not_negative check (least(spend, impressions, clicks, purchases, purchase_value) >= 0)
);

alter table ad_campaigns enable row level security;
create policy seen on ad_campaigns using ((select sees_all_stores()) or store_id = any ((select seen_stores())::bigint[]));
-- Who sees a campaign sees the account that it is in.
alter table ad_accounts enable row level security;
create policy seen on ad_accounts using (
  (select sees_all_stores()) or store_id = any ((select seen_stores())::bigint[])
  or exists (select 1 from ad_campaigns c where c.account_id = ad_accounts.id));
alter table ad_insights enable row level security;
create policy seen on ad_insights using ((select sees_all_stores()) or exists (select 1 from ad_campaigns c where c.id = campaign_id));

-- migrate:down
drop table ad_insights;
drop policy seen on ad_accounts;
drop table ad_campaigns;
drop table ad_accounts;
