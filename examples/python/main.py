from cdk8s import App, Chart
from cdk8s_redis_ha import RedisHa, Sentinel

app = App()
chart = Chart(app, "cache")

# Two servers, and three Sentinels in pods of their own: a majority needs three voters, not three servers.
RedisHa(chart, "redis", replicas=2, sentinel=Sentinel.deployments(3))

app.synth()
