package dev.millrace.agent.fetch;

import java.net.Inet4Address;
import java.net.InetAddress;

/**
 * Whether an address is one of the open internet. A model fetches what it was told to, perhaps by a page that it has read,
 * so everything that only we can reach is out of bounds: this machine, its networks, and what clouds put on link-local
 * addresses.
 */
final class PublicAddress {

    private PublicAddress() {}

    static boolean is(InetAddress address) {
        if (address.isLoopbackAddress()
                || address.isAnyLocalAddress()
                || address.isLinkLocalAddress()
                || address.isSiteLocalAddress()
                || address.isMulticastAddress()) {
            return false;
        }
        byte[] bytes = address.getAddress();
        return address instanceof Inet4Address ? isPublic4(bytes, 0) : isPublic6(bytes);
    }

    private static boolean isPublic4(byte[] bytes, int at) {
        int first = bytes[at] & 0xFF;
        int second = bytes[at + 1] & 0xFF;
        int third = bytes[at + 2] & 0xFF;
        boolean reserved = first == 0 // this network
                || first == 10
                || first == 127
                || first >= 224 // multicast, and kept for later
                || (first == 100 && second >= 64 && second < 128) // behind a carrier's translation
                || (first == 169 && second == 254)
                || (first == 172 && second >= 16 && second < 32)
                || (first == 192 && second == 168)
                || (first == 192 && second == 0 && third == 0)
                || (first == 198 && (second == 18 || second == 19)); // for measurements
        return !reserved;
    }

    private static boolean isPublic6(byte[] bytes) {
        if ((bytes[0] & 0xFE) == 0xFC) {
            return false; // unique local
        }
        boolean translated =
                bytes[0] == 0x00 && bytes[1] == 0x64 && (bytes[2] & 0xFF) == 0xFF && (bytes[3] & 0xFF) == 0x9B;
        if (translated) {
            return isPublic4(bytes, 12); // NAT64: the last four bytes are where it goes
        }
        boolean sixToFour = bytes[0] == 0x20 && bytes[1] == 0x02;
        if (sixToFour) {
            return isPublic4(bytes, 2);
        }
        return (bytes[0] & 0xE0) == 0x20; // all that is given out lies in 2000::/3
    }
}
