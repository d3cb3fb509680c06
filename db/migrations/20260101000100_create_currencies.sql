-- migrate:up
-- ISO 4217, with the former currencies that the ECB's history names. minor_digits is the number of decimals.
create table currencies (
  code         text primary key,
  minor_digits smallint not null,
  constraint code_has_three_capitals check (code ~ '^[A-Z]{3}$'),
  constraint minor_digits_in_range check (minor_digits between 0 and 4)
);

insert into currencies (code, minor_digits)
select unnest(string_to_array(regexp_replace('AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BMD BND BOB BRL BSD BTN BWP BYN BZD CAD CDF CHF
  CNY COP CRC CUP CVE CYP CZK DKK DOP DZD EEK EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GTQ GYD HKD HNL
  HRK HTG HUF IDR ILS INR IRR JMD KES KGS KHR KPW KYD KZT LAK LBP LKR LRD LSL LTL LVL MAD MDL MGA MKD MMK
  MNT MOP MRU MTL MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD PAB PEN PGK PHP PKR PLN QAR ROL RON RSD
  RUB SAR SBD SCR SDG SEK SGD SHP SIT SKK SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TOP TRL TRY TTD TWD
  TZS UAH USD UYU UZS VES WST XCD YER ZAR ZMW ZWL', '\s+', ' ', 'g'), ' ')), 2
union all
select unnest(string_to_array('BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF', ' ')), 0
union all
select unnest(string_to_array('BHD IQD JOD KWD LYD OMR TND', ' ')), 3
union all
select unnest(string_to_array('CLF UYW', ' ')), 4;

-- Minor units as an exact decimal with the currency's decimals: major(1582040, 2) is 15820.40.
create function major(minor bigint, digits int) returns numeric
  language sql immutable parallel safe
  return round(minor * (10::numeric ^ (-digits)), digits);

-- A point in time as ISO 8601 in UTC with Z.
create function iso(at timestamptz) returns text
  language sql stable parallel safe
  return to_char(at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"');

-- migrate:down
drop function iso;
drop function major;
drop table currencies;
