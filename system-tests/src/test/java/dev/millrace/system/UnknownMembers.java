package dev.millrace.system;

import java.beans.IntrospectionException;
import java.beans.Introspector;
import java.beans.PropertyDescriptor;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Members of a Kubernetes object that its model does not know: it keeps those aside in each object, so all of it has to be
 * walked through.
 */
final class UnknownMembers {

    private UnknownMembers() {}

    /** As paths, such as {@code spec.ports[0].prot}. */
    static List<String> of(Object object) {
        List<String> found = new ArrayList<>();
        walk("", object, found);
        return found;
    }

    private static void walk(String path, Object object, List<String> found) {
        if (object instanceof List<?> list) {
            for (int i = 0; i < list.size(); i++) {
                walk(path + "[" + i + "]", list.get(i), found);
            }
        } else if (object instanceof Map<?, ?> map) {
            map.forEach((key, value) -> walk(path + "." + key, value, found));
        } else if (object != null && object.getClass().getName().startsWith("io.fabric8.kubernetes.api.model.")) {
            members(path.isEmpty() ? "" : path + ".", object, found);
        }
    }

    private static void members(String path, Object object, List<String> found) {
        try {
            for (PropertyDescriptor member :
                    Introspector.getBeanInfo(object.getClass(), Object.class).getPropertyDescriptors()) {
                if (member.getReadMethod() == null) {
                    continue;
                }
                Object value = member.getReadMethod().invoke(object);
                if (member.getName().equals("additionalProperties")) {
                    ((Map<?, ?>) value).keySet().forEach(name -> found.add(path + name));
                } else {
                    walk(path + member.getName(), value, found);
                }
            }
        } catch (IntrospectionException | ReflectiveOperationException e) {
            throw new AssertionError(path, e);
        }
    }
}
