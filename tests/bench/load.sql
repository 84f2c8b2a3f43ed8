-- %(cases)s cases of other people: 20 teams of 20 caseworkers, one case in twenty open. Triggers are off.
-- What a page reads of a case is there, and the marks of names; the names are not, for nobody opens these.
SET session_replication_role = replica;

INSERT INTO auth_group (name) SELECT format('bench supervisors %%s', t) FROM generate_series(2, 20) t;
INSERT INTO aidcenter_team (name, supervisors_id)
SELECT format('Bench %%s', t), g.id FROM generate_series(2, 20) t
  JOIN auth_group g ON g.name = format('bench supervisors %%s', t);
INSERT INTO aidcenter_staff (password, is_superuser, username, email, is_staff, is_active, date_joined,
                             display_name, role, language, team_id)
SELECT '!', false, format('bench-%%s-%%s', t.id, w), '', false, true, now(), format('Worker %%s', w),
       'caseworker', 'en', t.id
FROM aidcenter_team t, generate_series(1, 20) w;
INSERT INTO aidcenter_staff (password, is_superuser, username, email, is_staff, is_active, date_joined,
                             display_name, role, language, team_id)
SELECT '!', false, format('bench-supervisor-%%s', t.id), '', false, true, now(), 'Supervisor', 'supervisor', 'en', t.id
FROM aidcenter_team t WHERE t.name <> 'Bench 1';
INSERT INTO aidcenter_staff_groups (staff_id, group_id)
SELECT s.id, t.supervisors_id FROM aidcenter_staff s JOIN aidcenter_team t ON t.id = s.team_id
WHERE s.username LIKE 'bench-supervisor-%%';

CREATE TEMPORARY TABLE worker AS
SELECT row_number() OVER (ORDER BY id) - 1 AS place, id, team_id FROM aidcenter_staff
WHERE username LIKE 'bench-%%-%%' AND role = 'caseworker';
CREATE TEMPORARY TABLE loaded AS
SELECT n, gen_random_uuid() AS victim, gen_random_uuid() AS id, w.id AS owner, w.team_id AS team,
       (n / 400) %% 20 = 0 AS open, DATE '2010-01-01' + (n %% 5800) AS opened
FROM generate_series(1, %(cases)s) n JOIN worker w ON w.place = n %% 400;
-- The marks of names (tests/bench/inside.py: marks), in the table `part`: given, family and father's name,
-- half of the people with an eighth of the names.
CREATE TEMPORARY TABLE many AS SELECT kind, count(*) AS n FROM part GROUP BY kind;
INSERT INTO cases_victim (id, sex, age_basis, could_be_minor, citizenship, languages, birth_year, marks)
SELECT victim, CASE WHEN l.n %% 3 = 0 THEN 'male' ELSE 'female' END, '', '', '{AZ}', '{az}', 1960 + l.n %% 30,
       g.marks || f.marks || p.marks
FROM loaded l CROSS JOIN (SELECT n FROM many WHERE kind = 'given') gs CROSS JOIN (SELECT n FROM many WHERE kind = 'surname') fs
JOIN part g ON g.kind = 'given' AND g.place = floor(gs.n * ((hashint8(l.n) & 2147483647) / 2147483648.0) ^ 3)
JOIN part f ON f.kind = 'surname' AND f.place = floor(fs.n * ((hashint8(l.n + 10000000) & 2147483647) / 2147483648.0) ^ 3)
JOIN part p ON p.kind = 'given' AND p.place = floor(gs.n * ((hashint8(l.n + 20000000) & 2147483647) / 2147483648.0) ^ 3);
INSERT INTO cases_case (id, number, victim_id, owner_id, team_id, state, child_status, opened_on, district, next_due)
SELECT id, format('AC-%%s-B%%s', extract(year FROM opened), n), victim, owner, team,
       CASE WHEN open THEN 'active' ELSE 'closed' END, 'adult', opened, 'nasimi',
       CASE WHEN open THEN DATE '2026-10-01' + n %% 90 END
FROM loaded;
INSERT INTO cases_caseusergrant (user_id, permission_id, case_id, source, reason)
SELECT owner, p.id, l.id, 'assignment', '' FROM loaded l, case_permission p
WHERE p.codename IN ('view_case', 'change_case');
INSERT INTO cases_caseteamgrant (group_id, permission_id, case_id, source, reason)
SELECT t.supervisors_id, p.id, l.id, 'assignment', '' FROM loaded l JOIN aidcenter_team t ON t.id = l.team,
       case_permission p
WHERE p.codename IN ('view_case', 'change_case');
-- The same grants in guardian's generic tables, which the product leaves empty, for S3.
INSERT INTO guardian_userobjectpermission (user_id, permission_id, content_type_id, object_pk)
SELECT g.user_id, g.permission_id, p.content_type_id, g.case_id::text
FROM cases_caseusergrant g JOIN auth_permission p ON p.id = g.permission_id;
INSERT INTO guardian_groupobjectpermission (group_id, permission_id, content_type_id, object_pk)
SELECT g.group_id, g.permission_id, p.content_type_id, g.case_id::text
FROM cases_caseteamgrant g JOIN auth_permission p ON p.id = g.permission_id;
-- A month of 200 people with 100 bookings each, for the calendar.
INSERT INTO rehabilitation_booking (id, staff_id, during, day, minutes)
SELECT gen_random_uuid(), w.id, tstzrange(first, first + interval '45 minutes'), d, 45
FROM worker w, generate_series(DATE '2026-03-01', DATE '2026-03-25', interval '1 day') d, generate_series(6, 9) h,
     LATERAL (SELECT (d + make_interval(hours => h)) AT TIME ZONE 'UTC' AS first) f
WHERE w.place < 200;
SELECT access_rebuild();
RESET session_replication_role;
