-- migrate:up
-- Numbers of half the precision: the index takes half the place and the time, and what it finds is ordered by the vectors themselves.
drop index chunks_by_meaning;
create index chunks_by_meaning on chunks using hnsw ((embedding::halfvec(1536)) halfvec_cosine_ops);

-- migrate:down
drop index chunks_by_meaning;
create index chunks_by_meaning on chunks using hnsw (embedding vector_cosine_ops);
