"""Hands workloads, peers and Secrets of a cdk8s-plus to the library, as Python programs do. usage: any_cdk8s_plus.py MODULE"""
import importlib
import sys

from cdk8s import App, Chart, Size, Testing
from cdk8s_redis_ha import (Auth, ContainerResources, Cpu, CpuResources, KubeTemplate, Peer, RedisHa, ServerOptions, SizeResources, TemplateFile)

plus = importlib.import_module(sys.argv[1])


def names(manifests, kind):
    """Variables of each container of the workloads of a kind."""
    specs = [one["spec"]["template"]["spec"] for one in manifests if one["kind"] == kind]
    return [[variable["name"] for variable in container.get("env", [])] for spec in specs
            for container in spec["containers"] if container["name"] == "main"]


NAMES = ["REDIS_HOST", "REDIS_PORT", "REDIS_READ_PORT", "REDIS_PASSWORD"]
app = App()
cache = Chart(app, "cache", namespace="cache")
redis = RedisHa(
    cache, "redis",
    auth=Auth.from_secret(plus.Secret.from_secret_name(cache, "password", "mine")),
    server=ServerOptions(resources=ContainerResources(
        cpu=CpuResources(request=Cpu.millis(250)), memory=SizeResources(request=Size.gibibytes(1), limit=Size.gibibytes(1)))))
assert redis.secret_name == "mine"

chart = Chart(app, "web", namespace="cache")
web = plus.Deployment(chart, "web", containers=[plus.ContainerProps(name="main", image="web:1")])
redis.connect_from(web)
redis.connect_from(web)
web.add_container(name="later", image="web:1")
redis.allow_from(plus.Namespaces.select(chart, "jobs", labels={"team": "jobs"}))
redis.allow_from(plus.NetworkPolicyIpBlock.ipv4(chart, "office", "10.0.0.0/8"))
redis.allow_from(Peer.pods(labels={"app": "worker"}, namespace="jobs"))
redis.allow_metrics_from(plus.Namespace(chart, "monitoring"), server_ports=[9121])
redis.allow_sentinel_from(web)
web.connections.allow_to(redis)
KubeTemplate.attach_to(web, templates=[TemplateFile(file="pods.txt", template='{{ range pods "" "app=web" }}{{ .Name }}{{ end }}')])

known = RedisHa.from_attributes(chart, "elsewhere", name="other", namespace="other")
job = plus.Job(chart, "job", containers=[plus.ContainerProps(name="main", image="job:1")])
known.connect_from(job, prefix="OTHER", secret_name="copy")

manifests = Testing.synth(chart)
assert names(manifests, "Deployment") == [NAMES], names(manifests, "Deployment")
later = [container for one in manifests if one["kind"] == "Deployment" for container in one["spec"]["template"]["spec"]["containers"] if container["name"] == "later"]
assert [variable["name"] for variable in later[0]["env"]] == NAMES
assert names(manifests, "Job") == [[name.replace("REDIS", "OTHER") for name in NAMES]]
policies = [one for one in manifests if one["kind"] == "NetworkPolicy"]
assert [one["metadata"]["namespace"] for one in policies if one["metadata"]["name"].startswith("other-proxy-from-")] == ["other"]
ports = [[port["port"] for port in rule["ports"]] for one in policies for rule in one["spec"].get("egress", [])]
assert ports == [[6379, 6380]], ports

proxy = [one for one in Testing.synth(cache) if one["kind"] == "NetworkPolicy" and one["metadata"]["name"] == "cache-redis-proxy"][0]
assert len(proxy["spec"]["ingress"]) == 5, proxy["spec"]["ingress"]
server = [one for one in Testing.synth(cache) if one["kind"] == "StatefulSet"][0]["spec"]["template"]["spec"]["containers"][0]
assert server["resources"]["limits"] == {"memory": "1Gi"} and server["resources"]["requests"]["cpu"] == "250m", server["resources"]
print(f"{sys.argv[1]}: workloads, peers, Secrets and allow_to work")
