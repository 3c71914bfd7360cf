-- The benchmark's questions to DuckDB, over `ev` sorted by (customer_id, time).
-- Each answers with a few sums, compared with Firsthand's own.

-- follows: arcs, moves, seconds
select count(*), sum(n), sum(s) from (
  select a, b, count(*) n, sum(gap) s from (
    select touchpoint b, lag(touchpoint) over w a,
           epoch(time)::bigint - lag(epoch(time)::bigint) over w gap
    from ev window w as (partition by customer_id order by time))
  where a is not null group by a, b)
;
-- variants: stories in the 100 commonest ways, the commonest, different ways
with v as (select p, count(*) n from (
    select customer_id, list(touchpoint order by time) p from ev group by customer_id) group by p)
select (select sum(n) from (select n from v order by n desc limit 100)), (select max(n) from v), (select count(*) from v)
;
-- funnel: stories that reached steps 1 to 5 within 30 days
with f as (select customer_id c, epoch(time)::bigint t, touchpoint::varchar p from ev
           where touchpoint in ('view_offer','open_offer','call_offer','request_offer','receive_offer')),
 s1 as (select *, case when p='view_offer' then t end a1 from f),
 s2 as (select *, max(a1) over w b1 from s1 window w as (partition by c order by t rows between unbounded preceding and 1 preceding)),
 s3 as (select *, case when p='open_offer' and t-b1<=2592000 then b1 end a2 from s2),
 s4 as (select *, max(a2) over w b2 from s3 window w as (partition by c order by t rows between unbounded preceding and 1 preceding)),
 s5 as (select *, case when p='call_offer' and t-b2<=2592000 then b2 end a3 from s4),
 s6 as (select *, max(a3) over w b3 from s5 window w as (partition by c order by t rows between unbounded preceding and 1 preceding)),
 s7 as (select *, case when p='request_offer' and t-b3<=2592000 then b3 end a4 from s6),
 s8 as (select *, max(a4) over w b4 from s7 window w as (partition by c order by t rows between unbounded preceding and 1 preceding)),
 s9 as (select c, a1, a2, a3, a4, case when p='receive_offer' and t-b4<=2592000 then b4 end a5 from s8),
 l as (select c, case when count(a5)>0 then 5 when count(a4)>0 then 4 when count(a3)>0 then 3 when count(a2)>0 then 2 when count(a1)>0 then 1 else 0 end lvl from s9 group by c)
select sum((lvl>=1)::int), sum((lvl>=2)::int), sum((lvl>=3)::int), sum((lvl>=4)::int), sum((lvl>=5)::int) from l
;
-- retention: cells and returns of 26 weekly cohorts over 26 weeks
select count(*), sum(n) from (
  with f as (select customer_id, (min(epoch(time)::bigint)-1704067200)//604800 k from ev group by 1)
  select k, (epoch(time)::bigint-1704067200)//604800-k w, count(distinct ev.customer_id) n
  from ev join f using (customer_id)
  where k<26 and (epoch(time)::bigint-1704067200)//604800-k<26 group by 1, 2)
;
-- paths: different first five steps, stories, the commonest
select count(*), sum(n), max(n) from (
  select p, count(*) n from (select customer_id, arg_min(touchpoint, time, 5) p from ev group by 1) group by p)
;
-- repeats: department pairs, outbound contacts again within 7 days by another department, customers
select count(*), sum(n), sum(c) from (
  select pd, d, count(*) n, count(distinct customer_id) c from (
    select customer_id, department d, lag(department) over w pd,
           epoch(time)::bigint-lag(epoch(time)::bigint) over w gap
    from ev where channel in ('email','phone','sms','letter','push')
    window w as (partition by customer_id order by time))
  where pd<>d and gap<=604800 group by 1, 2)
;
