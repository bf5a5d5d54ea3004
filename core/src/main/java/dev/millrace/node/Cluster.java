package dev.millrace.node;

import com.hazelcast.cluster.MembershipEvent;
import com.hazelcast.cluster.MembershipListener;
import com.hazelcast.config.Config;
import com.hazelcast.config.InvalidConfigurationException;
import com.hazelcast.config.JoinConfig;
import com.hazelcast.config.NetworkConfig;
import com.hazelcast.config.XmlConfigBuilder;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxBuilder;
import io.vertx.core.VertxOptions;
import io.vertx.spi.cluster.hazelcast.HazelcastClusterManager;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.ServerSocket;
import java.net.SocketException;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import javax.xml.parsers.ParserConfigurationException;
import javax.xml.parsers.SAXParserFactory;
import org.xml.sax.SAXException;
import org.xml.sax.helpers.DefaultHandler;

/** The cluster this process is a member of: who is in it, and the Vert.x whose event bus spans it. */
public final class Cluster {

    /** The member attribute in which Vert.x keeps its own id of a node, which is not Hazelcast's. */
    private static final String NODE_ID = "__vertx.nodeId";

    private final Vertx vertx;
    private final HazelcastClusterManager members;

    private Cluster(Vertx vertx, HazelcastClusterManager members) {
        this.vertx = vertx;
        this.members = members;
    }

    /**
     * Joins, or begins a cluster of one. Blocks while the file is read, so not on an event loop.
     *
     * @throws IllegalArgumentException with one sentence, when a file is absent or broken. Of the cluster file Vert.x itself would go on
     *     with multicast, and so join whoever else does that on this network
     */
    public static Future<Cluster> join(VertxBuilder builder, ClusterOptions options) {
        // Before the first Hazelcast class is loaded, or it logs its start to a logger of its own.
        System.setProperty("hazelcast.logging.type", "slf4j");
        LastingRegistrations manager = new LastingRegistrations(config(options));
        VertxOptions vertx = new VertxOptions();
        vertx.getEventBusOptions().setHost(options.host()).setPort(options.busPort());
        options.busTls().ifPresent(tls -> tls.on(vertx.getEventBusOptions()));
        return builder.with(vertx).withClusterManager(manager).buildClustered().map(joined -> {
            manager.keep(joined);
            return new Cluster(joined, manager);
        });
    }

    private static Config config(ClusterOptions options) {
        Config config = read(options);
        NetworkConfig network = config.getNetworkConfig();
        network.setPort(options.port()).setPortAutoIncrement(false);
        if (!options.host().equals("0.0.0.0")) {
            InetAddress address = address(options.host());
            requireFree(address, options.port());
            network.getInterfaces().setEnabled(true).clear().addInterface(address.getHostAddress());
            // Else it tells the others this address and listens on every one: whoever reaches its port may join.
            config.setProperty("hazelcast.socket.bind.any", "false");
        }
        options.name().ifPresent(config::setClusterName);
        JoinConfig join = network.getJoin();
        if (!options.members().isEmpty()) {
            only(join);
            join.getTcpIpConfig().setEnabled(true).setMembers(options.members());
        }
        options.dns().ifPresent(name -> byName(config, name, options.port()));
        return config;
    }

    /** Before Hazelcast looks for it, which tells of an address that is not here with a stack trace. */
    private static InetAddress address(String host) {
        String named = "the cluster host is " + host;
        try {
            InetAddress address = InetAddress.getByName(host);
            if (NetworkInterface.getByInetAddress(address) == null) {
                throw new IllegalArgumentException(
                        named + ", and no network interface of this machine has that address");
            }
            return address;
        } catch (UnknownHostException e) {
            throw new IllegalArgumentException(named + ", and there is no such address", e);
        } catch (SocketException e) {
            throw new IllegalArgumentException(named + ", and it cannot be looked for: " + e.getMessage(), e);
        }
    }

    /** As above: of a port that is taken Hazelcast tells with a stack trace. */
    private static void requireFree(InetAddress address, int port) {
        try (ServerSocket taken = new ServerSocket()) {
            taken.setReuseAddress(true); // as Hazelcast does, or what has just been closed would count
            taken.bind(new InetSocketAddress(address, port));
        } catch (IOException e) {
            throw new IllegalArgumentException(
                    "the cluster port " + port + " of " + address.getHostAddress() + " is taken: " + e.getMessage(), e);
        }
    }

    private static void byName(Config config, String name, int port) {
        only(config.getNetworkConfig().getJoin());
        // By its addresses alone: asking Kubernetes itself would need a right, and find pods that are none of ours.
        config.getNetworkConfig()
                .getJoin()
                .getKubernetesConfig()
                .setEnabled(true)
                .setProperty("service-dns", name)
                .setProperty("service-port", "" + port);
        // So long it asks the name for others; with 0, as the file has it for members that are named, it never asks.
        config.setProperty("hazelcast.wait.seconds.before.join", "5");
        // Two that began before the name knew either are two clusters, and look for others so often. In five minutes,
        // else.
        config.setProperty("hazelcast.merge.first.run.delay.seconds", "10");
        config.setProperty("hazelcast.merge.next.run.delay.seconds", "10");
    }

    /** Whatever the file says: what is named on the command line is who is asked, and nobody else. */
    private static void only(JoinConfig join) {
        join.getMulticastConfig().setEnabled(false);
        join.getTcpIpConfig().setEnabled(false);
        join.getKubernetesConfig().setEnabled(false);
    }

    private static Config read(ClusterOptions options) {
        String file = "the cluster file " + options.file();
        try {
            checkSyntax(options.file());
            return new XmlConfigBuilder(options.file().toString()).build();
        } catch (NoSuchFileException | FileNotFoundException e) {
            throw new IllegalArgumentException(file + " does not exist", e);
        } catch (IOException | ParserConfigurationException e) {
            throw new IllegalArgumentException(file + " cannot be read", e);
        } catch (SAXException | InvalidConfigurationException e) {
            throw new IllegalArgumentException(file + " is not a Hazelcast configuration: " + firstLine(e), e);
        }
    }

    /** Before Hazelcast does, which prints what it finds, and more than once. */
    private static void checkSyntax(Path file) throws IOException, SAXException, ParserConfigurationException {
        SAXParserFactory parsers = SAXParserFactory.newInstance();
        parsers.setFeature("http://apache.org/xml/features/nonvalidating/load-external-dtd", false);
        try (InputStream text = Files.newInputStream(file)) {
            parsers.newSAXParser().parse(text, new DefaultHandler());
        }
    }

    private static String firstLine(Exception e) {
        return String.valueOf(e.getMessage()).lines().findFirst().orElse("");
    }

    public Vertx vertx() {
        return vertx;
    }

    /** The id this member has in the cluster. */
    public String nodeId() {
        return members.getNodeId();
    }

    /** The ids of all members, this one among them. */
    public List<String> nodeIds() {
        return members.getNodes();
    }

    /** Tells, on any thread, the id of each member that goes, whether it left or died. */
    public void onMemberGone(Consumer<String> gone) {
        members.getHazelcastInstance().getCluster().addMembershipListener(new MembershipListener() {
            @Override
            public void memberAdded(MembershipEvent event) {
                // New members are found when they are needed.
            }

            @Override
            public void memberRemoved(MembershipEvent event) {
                String node = event.getMember().getAttribute(NODE_ID);
                if (node != null) {
                    gone.accept(node);
                }
            }
        });
    }
}
