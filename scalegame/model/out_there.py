"""What the things of the game are called outside it: a player takes the word home."""

from __future__ import annotations

OUT_THERE: dict[str, str] = {
    "sizes": "EC2 instance types, Google machine types; CPU and memory limits of a Kubernetes pod",
    "L4 balancer": "HAProxy in TCP mode, Linux IPVS, AWS NLB, a Kubernetes Service",
    "L7 balancer": "nginx, Envoy, HAProxy in HTTP mode, AWS ALB, a Kubernetes Ingress",
    "pool": "an EC2 Auto Scaling group, a Kubernetes Deployment of pods, a target group",
    "zone": "an availability zone: a building with power and network of its own",
    "rolling deploy": "a Kubernetes RollingUpdate; rollback is kubectl rollout undo",
    "autoscale": "EC2 target tracking, the Kubernetes HorizontalPodAutoscaler",
    "runbook": "the operator's binder; rules that act by themselves are auto-remediation",
    "sticky sessions": "session affinity: by source address, or by the balancer's cookie",
    "signed token": "a JSON Web Token (JWT), PASETO",
    "cache": "Redis, Valkey, Memcached; AWS ElastiCache",
    "CDN": "CloudFront, Cloudflare, Fastly, Akamai",
    "object storage": "Amazon S3, Google Cloud Storage, MinIO",
    "queue": "Amazon SQS, RabbitMQ, Kafka, Google Pub/Sub",
    "workers": "Celery, Sidekiq, SQS consumers, Kubernetes Jobs",
    "database": "PostgreSQL, MySQL; Amazon RDS, Cloud SQL",
    "read replica": "PostgreSQL streaming replication, RDS read replicas",
    "standby": "Patroni, RDS Multi-AZ: a synchronous copy that is promoted at failover",
    "shards": "Citus, Vitess, MongoDB; a table cut by a hash of its key",
    "pooler": "PgBouncer, ProxySQL, RDS Proxy",
    "health check": "HAProxy option httpchk, Kubernetes readinessProbe",
    "time-outs and retries": "gRPC deadlines and retry policies, resilience4j, Envoy, Istio",
    "breaker": "resilience4j, Polly, Envoy outlier detection; Hystrix made the word known",
    "load shedding": "Envoy admission control, CoDel, nginx limit_req; HTTP 503 with Retry-After",
    "error budget": "service level objectives in Prometheus with Sloth or Pyrra, Nobl9, Datadog, Grafana",
}
"""Thing of the game -> names outside."""
