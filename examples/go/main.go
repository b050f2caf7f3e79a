package main

import (
	redisha "example.invalid/cdk8s-redis-ha-go/cdk8sredisha"
	"github.com/aws/jsii-runtime-go"
	"github.com/cdk8s-team/cdk8s-core-go/cdk8s/v2"
)

func main() {
	app := cdk8s.NewApp(nil)
	chart := cdk8s.NewChart(app, jsii.String("cache"), nil)

	// Two servers, and three Sentinels in pods of their own: a majority needs three voters, not three servers.
	redis := redisha.NewRedisHa(chart, jsii.String("redis"), &redisha.RedisHaProps{
		Replicas: jsii.Number(2),
		Sentinel: redisha.Sentinel_Deployments(jsii.Number(3), nil),
	})
	redis.AllowFrom(redisha.Peer_Pods(&redisha.PeerPodsOptions{
		Labels: &map[string]*string{"app": jsii.String("web")},
	}))

	app.Synth()
}
