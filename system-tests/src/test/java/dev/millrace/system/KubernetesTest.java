package dev.millrace.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerPort;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.IntOrString;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import io.fabric8.kubernetes.api.model.Probe;
import io.fabric8.kubernetes.api.model.SecurityContext;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.api.model.VolumeMount;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.autoscaling.v2.HorizontalPodAutoscaler;
import io.fabric8.kubernetes.api.model.networking.v1.HTTPIngressPath;
import io.fabric8.kubernetes.api.model.networking.v1.Ingress;
import io.fabric8.kubernetes.api.model.networking.v1.IngressServiceBackend;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicyPort;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The manifests in {@code deploy/kubernetes}: in the words of Kubernetes, and fitting each other and the program. */
class KubernetesTest {

    private static final Set<String> ROLES = Set.of("agent", "chat", "audio", "events");

    private static final Map<String, HasMetadata> manifests = new TreeMap<>();

    @BeforeAll
    static void read() throws IOException {
        try (Stream<Path> files = Files.list(Project.file("deploy/kubernetes"))) {
            for (Path file : files.sorted().toList()) {
                for (String document : Files.readString(file).split("(?m)^---$")) {
                    HasMetadata manifest = parse(document);
                    String name =
                            manifest.getKind() + " " + manifest.getMetadata().getName();
                    assertNull(manifests.put(name, manifest), name + " is there twice");
                }
            }
        }
    }

    private static HasMetadata parse(String document) {
        return new KubernetesSerialization().unmarshal(document);
    }

    private static <T extends HasMetadata> List<T> each(Class<T> kind) {
        List<T> found = manifests.values().stream()
                .filter(kind::isInstance)
                .map(kind::cast)
                .toList();
        assertTrue(!found.isEmpty(), "there is no " + kind.getSimpleName());
        return found;
    }

    private static <T extends HasMetadata> T manifest(Class<T> kind, String name) {
        return kind.cast(Objects.requireNonNull(manifests.get(kind.getSimpleName() + " " + name), name));
    }

    private static Set<String> names(Class<? extends HasMetadata> kind) {
        return each(kind).stream().map(object -> object.getMetadata().getName()).collect(Collectors.toSet());
    }

    @Test
    void everyMemberIsOneThatKubernetesKnows() {
        manifests.forEach((name, manifest) -> assertEquals(List.of(), UnknownMembers.of(manifest), name));
    }

    @Test
    void aMisspeltMemberAndOneOfTheWrongTypeWouldBeFound() {
        String service = "apiVersion: v1\nkind: Service\nspec: {ports: [{%s: %s}]}";
        assertEquals(List.of(), UnknownMembers.of(parse(service.formatted("port", "1"))));
        assertEquals(List.of("spec.ports[0].prot"), UnknownMembers.of(parse(service.formatted("prot", "1"))));
        assertThrows(IllegalArgumentException.class, () -> parse(service.formatted("port", "one")));
    }

    @Test
    void eachRoleHasPodsThatGrowAndShrinkAndAreNeverAllTakenAtOnce() {
        Set<String> deployments = ROLES.stream().map(role -> "millrace-" + role).collect(Collectors.toSet());
        assertEquals(deployments, names(Deployment.class));
        assertEquals(
                deployments,
                each(HorizontalPodAutoscaler.class).stream()
                        .map(scaler -> scaler.getSpec().getScaleTargetRef().getName())
                        .collect(Collectors.toSet()));
        each(HorizontalPodAutoscaler.class).forEach(scaler -> {
            assertTrue(scaler.getSpec().getMinReplicas() >= 2, "one may go");
            assertEquals(600, scaler.getSpec().getBehavior().getScaleDown().getStabilizationWindowSeconds());
        });
        for (Deployment deployment : each(Deployment.class)) {
            assertNull(deployment.getSpec().getReplicas(), "the autoscaler says how many");
            assertTrue(
                    pod(deployment)
                            .getContainers()
                            .get(0)
                            .getResources()
                            .getRequests()
                            .containsKey("cpu"),
                    "of which the autoscaler takes its percentage");
        }
        assertEquals(
                deployments,
                each(PodDisruptionBudget.class).stream()
                        .map(budget ->
                                deploymentOf(budget.getSpec().getSelector().getMatchLabels()))
                        .collect(Collectors.toSet()));
    }

    /** The one deployment whose pods have these labels. */
    private static String deploymentOf(Map<String, String> selector) {
        List<String> found = selected(selector);
        assertEquals(1, found.size(), () -> selector + " selects " + found);
        return found.get(0);
    }

    private static List<String> selected(Map<String, String> selector) {
        return each(Deployment.class).stream()
                .filter(deployment -> template(deployment)
                        .getMetadata()
                        .getLabels()
                        .entrySet()
                        .containsAll(selector.entrySet()))
                .map(deployment -> deployment.getMetadata().getName())
                .toList();
    }

    private static PodTemplateSpec template(Deployment deployment) {
        return deployment.getSpec().getTemplate();
    }

    private static PodSpec pod(Deployment deployment) {
        return template(deployment).getSpec();
    }

    @Test
    void selectorsSelectWhatTheyAreNamedFor() {
        for (Deployment deployment : each(Deployment.class)) {
            String name = deployment.getMetadata().getName();
            assertEquals(name, deploymentOf(deployment.getSpec().getSelector().getMatchLabels()));
            pod(deployment)
                    .getTopologySpreadConstraints()
                    .forEach(spread -> assertEquals(
                            name, deploymentOf(spread.getLabelSelector().getMatchLabels())));
        }
        for (Service service : each(Service.class)) {
            String name = service.getMetadata().getName();
            List<String> expected = name.equals("millrace-members")
                    ? names(Deployment.class).stream().sorted().toList()
                    : List.of(name);
            assertEquals(
                    expected,
                    selected(service.getSpec().getSelector()).stream().sorted().toList());
        }
        each(NetworkPolicy.class)
                .forEach(policy -> assertEquals(
                        ROLES.size(),
                        selected(policy.getSpec().getPodSelector().getMatchLabels())
                                .size()));
    }

    @Test
    void everyPortThatIsNamedIsOneOfThePods() {
        Set<String> ports = new TreeSet<>();
        for (Deployment deployment : each(Deployment.class)) {
            Container container = pod(deployment).getContainers().get(0);
            Set<String> own =
                    container.getPorts().stream().map(ContainerPort::getName).collect(Collectors.toSet());
            for (Probe probe :
                    List.of(container.getStartupProbe(), container.getLivenessProbe(), container.getReadinessProbe())) {
                assertTrue(own.contains(probe.getHttpGet().getPort().getStrVal()), probe::toString);
            }
            ports.addAll(own);
        }
        List<IntOrString> named = new ArrayList<>();
        each(Service.class)
                .forEach(service -> service.getSpec().getPorts().forEach(port -> named.add(port.getTargetPort())));
        each(NetworkPolicy.class).forEach(policy -> policy.getSpec().getIngress().stream()
                .flatMap(rule -> rule.getPorts().stream())
                .map(NetworkPolicyPort::getPort)
                .forEach(named::add));
        named.forEach(port -> assertTrue(ports.contains(port.getStrVal()), port::toString));
    }

    @Test
    void theIngressLeadsEachRouteToItsOwnService() {
        for (Ingress ingress : each(Ingress.class)) {
            List<HTTPIngressPath> paths =
                    ingress.getSpec().getRules().get(0).getHttp().getPaths();
            assertEquals(
                    Set.of("/api/chat", "/api/audio", "/api/events"),
                    paths.stream().map(HTTPIngressPath::getPath).collect(Collectors.toSet()));
            for (HTTPIngressPath path : paths) {
                IngressServiceBackend backend = path.getBackend().getService();
                assertEquals("millrace-" + path.getPath().substring("/api/".length()), backend.getName());
                Service service = manifest(Service.class, backend.getName());
                assertEquals(
                        service.getSpec().getPorts().get(0).getName(),
                        backend.getPort().getName());
            }
        }
    }

    @Test
    void whatThePodsAreStartedWithIsWhatTheProgramKnows() {
        for (Deployment deployment : each(Deployment.class)) {
            Container container = pod(deployment).getContainers().get(0);
            Map<String, String> environment = environment(container);
            ServeFlags flags = ServeFlags.of(container.getArgs(), environment);
            String role = deployment.getMetadata().getName().substring("millrace-".length());
            assertEquals(List.of(role), flags.value("--roles"));
            Map<String, Integer> ports = container.getPorts().stream()
                    .collect(Collectors.toMap(ContainerPort::getName, ContainerPort::getContainerPort));
            assertEquals(ports.get("http"), flags.value("--port"));
            assertEquals(ports.get("management"), flags.value("--management-port"));
            assertEquals(ports.get("hazelcast"), flags.value("--cluster-port"));
            assertEquals(ports.get("bus"), flags.value("--bus-port"));
            assertEquals("0.0.0.0", flags.value("--host"), "probes come from outside of the pod");
            String dns = flags.value("--cluster-dns");
            Service members = manifest(Service.class, dns);
            assertEquals("None", members.getSpec().getClusterIP());
            assertEquals(true, members.getSpec().getPublishNotReadyAddresses());
            assertTrue(
                    pod(deployment).getTerminationGracePeriodSeconds()
                            >= flags.longestStop().toSeconds(),
                    "it is not killed before it has drained");
            assertEquals(false, pod(deployment).getEnableServiceLinks(), "or MILLRACE_CHAT_PORT would be a setting");
        }
    }

    private static Map<String, String> environment(Container container) {
        Map<String, String> environment = new HashMap<>();
        container
                .getEnvFrom()
                .forEach(from -> environment.putAll(
                        manifest(ConfigMap.class, from.getConfigMapRef().getName())
                                .getData()));
        container.getEnv().forEach(variable -> environment.put(variable.getName(), "10.0.0.1"));
        return environment;
    }

    @Test
    void everyFileThatASettingNamesIsMounted() {
        for (Deployment deployment : each(Deployment.class)) {
            Set<String> volumes =
                    pod(deployment).getVolumes().stream().map(Volume::getName).collect(Collectors.toSet());
            for (Container container : containers(deployment)) {
                container
                        .getVolumeMounts()
                        .forEach(mount -> assertTrue(volumes.contains(mount.getName()), mount::toString));
            }
            Container container = pod(deployment).getContainers().get(0);
            List<String> mounted = container.getVolumeMounts().stream()
                    .map(VolumeMount::getMountPath)
                    .toList();
            environment(container).forEach((variable, value) -> {
                if (value.startsWith("/") && !value.startsWith("/opt/millrace/")) {
                    assertTrue(mounted.stream().anyMatch(path -> value.startsWith(path + "/")), variable + "=" + value);
                }
            });
        }
    }

    private static List<Container> containers(Deployment deployment) {
        List<Container> all = new ArrayList<>(pod(deployment).getInitContainers());
        all.addAll(pod(deployment).getContainers());
        return all;
    }

    @Test
    void aPodMayDoNothingThatItNeedNot() {
        for (Deployment deployment : each(Deployment.class)) {
            assertEquals(false, pod(deployment).getAutomountServiceAccountToken());
            assertEquals(true, pod(deployment).getSecurityContext().getRunAsNonRoot());
            for (Container container : containers(deployment)) {
                SecurityContext may = container.getSecurityContext();
                assertEquals(true, may.getReadOnlyRootFilesystem());
                assertEquals(false, may.getAllowPrivilegeEscalation());
                assertEquals(List.of("ALL"), may.getCapabilities().getDrop());
                assertTrue(container.getResources().getLimits().containsKey("memory"));
            }
        }
    }
}
