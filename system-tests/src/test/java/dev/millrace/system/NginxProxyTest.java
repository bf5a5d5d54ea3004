package dev.millrace.system;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

class NginxProxyTest extends ProxyContract {

    @Override
    Proxy start(Path folder, Map<String, List<Proxy.Node>> pools) throws Exception {
        return Nginx.start(
                folder,
                pools.entrySet().stream().collect(Collectors.toMap(Map.Entry::getKey, pool -> pool.getValue().stream()
                        .map(Proxy.Node::port)
                        .toList())));
    }
}
