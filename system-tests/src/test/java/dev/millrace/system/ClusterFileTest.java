package dev.millrace.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.hazelcast.config.Config;
import com.hazelcast.config.JoinConfig;
import com.hazelcast.config.XmlConfigBuilder;
import org.junit.jupiter.api.Test;

class ClusterFileTest {

    private static Config config() throws Exception {
        return new XmlConfigBuilder(Project.file("cluster.xml").toString()).build();
    }

    @Test
    void joinsNobodyWhoIsNotNamed() throws Exception {
        JoinConfig join = config().getNetworkConfig().getJoin();
        assertFalse(join.getMulticastConfig().isEnabled());
        assertFalse(join.getAutoDetectionConfig().isEnabled());
        assertTrue(join.getTcpIpConfig().isEnabled());
        assertEquals(java.util.List.of("127.0.0.1:5701"), join.getTcpIpConfig().getMembers());
        assertNotEquals(Config.DEFAULT_CLUSTER_NAME, config().getClusterName());
    }

    @Test
    void tellsNobodyThatItRunsAndWaitsForNobody() throws Exception {
        assertEquals("false", config().getProperty("hazelcast.phone.home.enabled"));
        assertEquals("false", config().getProperty("hazelcast.shutdownhook.enabled"));
        assertEquals("0", config().getProperty("hazelcast.wait.seconds.before.join"));
    }

    @Test
    void keepsTheMapsThatVertxNeeds() throws Exception {
        assertEquals(
                com.hazelcast.config.MultiMapConfig.ValueCollectionType.SET,
                config().getMultiMapConfig("__vertx.subs").getValueCollectionType());
        assertTrue(config().getMapConfigs().containsKey("__vertx.haInfo"));
        assertTrue(config().getMapConfigs().containsKey("__vertx.nodeInfo"));
    }
}
