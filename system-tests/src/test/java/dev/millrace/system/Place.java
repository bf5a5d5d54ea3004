package dev.millrace.system;

import java.util.List;

/**
 * Where a process stands in the network.
 *
 * @param address at which the other nodes and Redis find it
 * @param front at which its clients find it
 * @param prefix what its command begins with, to be there
 */
record Place(String address, String front, List<String> prefix) {

    static final Place LOOPBACK = new Place("127.0.0.1", "127.0.0.1", List.of());
}
