from cdk8s import App, Chart, Size
from cdk8s_redis_ha import ContainerResources, Peer, RedisHa, Sentinel, ServerOptions, SizeResources

app = App()
chart = Chart(app, "cache")

# Two servers, and three Sentinels in pods of their own: a majority needs three voters, not three servers.
redis = RedisHa(
    chart, "redis",
    replicas=2,
    sentinel=Sentinel.deployments(3),
    server=ServerOptions(resources=ContainerResources(memory=SizeResources(request=Size.gibibytes(1), limit=Size.gibibytes(1)))),
)
# For workloads of the app itself, of any cdk8s-plus, there is redis.connect_from(workload).
redis.allow_from(Peer.pods(labels={"app": "web"}))

app.synth()
