-- The benchmark's questions to ClickHouse, over d.ev, MergeTree by (customer_id, time).

-- follows: arcs, moves, seconds
select count(), sum(n), sum(s) from (
  select a, b, count() n, sum(g) s from (
    select arrayJoin(arrayZip(arrayPopBack(p), arrayPopFront(p), arrayPopFront(arrayDifference(t)))) z,
           z.1 a, z.2 b, z.3 g
    from (select customer_id, groupArray(touchpoint) p, groupArray(toUnixTimestamp(time)) t
          from d.ev group by customer_id settings optimize_aggregation_in_order=1)) group by a, b)
;
-- variants: stories in the 100 commonest ways, the commonest, different ways
with v as (select p, count() n from (
    select customer_id, groupArray(touchpoint) p from d.ev group by customer_id
    settings optimize_aggregation_in_order=1) group by p)
select sum(n), max(n), max(d) from (select n, count() over () d from v order by n desc limit 100)
;
-- funnel: stories that reached steps 1 to 5 within 30 days
select countIf(l>=1), countIf(l>=2), countIf(l>=3), countIf(l>=4), countIf(l>=5) from (
  select customer_id, windowFunnel(2592000)(time, touchpoint='view_offer', touchpoint='open_offer',
         touchpoint='call_offer', touchpoint='request_offer', touchpoint='receive_offer') l
  from d.ev where touchpoint in ('view_offer','open_offer','call_offer','request_offer','receive_offer')
  group by customer_id settings optimize_aggregation_in_order=1)
;
-- retention: cells and returns of 26 weekly cohorts over 26 weeks
select count(), sum(n) from (
  select k, w, count() n from (
    select customer_id, intDiv(toUnixTimestamp(min(time))-1704067200, 604800) k,
           arrayJoin(groupUniqArray(intDiv(toUnixTimestamp(time)-1704067200, 604800)))-k w
    from d.ev group by customer_id settings optimize_aggregation_in_order=1)
  where k<26 and w<26 group by k, w)
;
-- paths: different first five steps, stories, the commonest
select count(), sum(n), max(n) from (
  select p, count() n from (select customer_id, groupArray(5)(touchpoint) p from d.ev
    group by customer_id settings optimize_aggregation_in_order=1) group by p)
;
-- repeats: department pairs, outbound contacts again within 7 days by another department, customers
select count(), sum(n), sum(c) from (
  select pd, dd, count() n, uniqExact(customer_id) c from (
    select customer_id, department dd, lagInFrame(department) over w pd, row_number() over w rn,
           toInt64(toUnixTimestamp(time))-toInt64(lagInFrame(toUnixTimestamp(time)) over w) g
    from d.ev where channel in ('email','phone','sms','letter','push')
    window w as (partition by customer_id order by time rows between unbounded preceding and current row))
  where rn>1 and pd<>dd and g<=604800 group by 1, 2)
;
