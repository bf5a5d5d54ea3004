package dev.millrace.system;

import com.hazelcast.core.Hazelcast;
import com.hazelcast.core.HazelcastInstance;
import java.util.Set;
import java.util.TreeSet;

/** What the members of a cluster in this JVM keep together: who listens to which address of the bus, and in which maps. */
final class Registrations {

    /** The map in which Vert.x keeps who listens to an address. */
    private static final String SUBSCRIPTIONS = "__vertx.subs";

    private final HazelcastInstance member;

    private Registrations(HazelcastInstance member) {
        this.member = member;
    }

    static Registrations ofThisJvm() {
        return new Registrations(Hazelcast.getAllHazelcastInstances().iterator().next());
    }

    Set<String> now() {
        Set<String> all = new TreeSet<>();
        member.getDistributedObjects().forEach(kept -> all.add(kept.getServiceName() + " " + kept.getName()));
        member.getMultiMap(SUBSCRIPTIONS)
                .entrySet()
                .forEach(entry -> all.add("listens: " + entry.getKey() + " " + entry.getValue()));
        return all;
    }

    /** As after a split that went badly: nobody knows any more who listens to what. */
    void forget() {
        member.getMultiMap(SUBSCRIPTIONS).clear();
    }
}
