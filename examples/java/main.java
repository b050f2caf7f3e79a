import invalid.example.cdk8s.redisha.Peer;
import invalid.example.cdk8s.redisha.PeerPodsOptions;
import invalid.example.cdk8s.redisha.RedisHa;
import invalid.example.cdk8s.redisha.RedisHaProps;
import invalid.example.cdk8s.redisha.Sentinel;
import java.util.Map;
import org.cdk8s.App;
import org.cdk8s.Chart;

class Main {
  public static void main(String[] args) {
    App app = new App();
    Chart chart = new Chart(app, "cache");

    // Two servers, and three Sentinels in pods of their own: a majority needs three voters, not three servers.
    RedisHa redis = new RedisHa(chart, "redis", RedisHaProps.builder()
        .replicas(2)
        .sentinel(Sentinel.deployments(3))
        .build());
    redis.allowFrom(Peer.pods(PeerPodsOptions.builder().labels(Map.of("app", "web")).build()));

    app.synth();
  }
}
