package dev.millrace.system;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;

class HaproxyTest extends ProxyContract {

    /** HAProxy 2.6 ends a body of unknown length with END_STREAM, whole or not. So it is said in docs/deployment.md. */
    @Override
    boolean breaksOff(Way way) {
        return way != Way.HTTP_2_OVER_TLS;
    }

    @Override
    Proxy start(Path folder, Map<String, List<Proxy.Node>> pools) throws Exception {
        return Haproxy.start(folder, pools);
    }
}
