from cdk8s import App, Chart
from cdk8s_redis_ha import RedisHa, Sentinel

app = App()
chart = Chart(app, "cache")

# Two servers, and three Sentinels in pods of their own that vote about them.
RedisHa(chart, "redis", replicas=2, sentinel=Sentinel.deployments(3))

app.synth()
