"""The WSDL that the Web Services Adapter serves for this site.

What the operations do is not described here, and nothing reads a WSDL back.
"""

from __future__ import annotations

from xml.sax.saxutils import quoteattr

from lightspeed_prima.twins.prima.options import PrimaOptions

ENCODING_STYLE = "http://schemas.xmlsoap.org/soap/encoding/"


def render_wsdl(options: PrimaOptions, location: str) -> bytes:
    """The whole document; `location` is the address that the client should post to."""
    target, name = options.target_namespace, options.app_object
    operations = {
        "wsomhandler": (options.in_part,),
        "comwsomhandler": (options.company_part, options.in_part),
    }
    messages = "".join(_messages(name, operation, parts, options) for operation, parts in operations.items())
    port_type = "".join(
        _port_operation(name, operation, parts, options) for operation, parts in operations.items()
    )
    binding = "".join(_binding_operation(name, operation, options) for operation in operations)
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f"<wsdl:definitions name={quoteattr(name)} targetNamespace={quoteattr(target)}"
        ' xmlns:wsdl="http://schemas.xmlsoap.org/wsdl/" xmlns:soap="http://schemas.xmlsoap.org/wsdl/soap/"'
        f' xmlns:tns={quoteattr(target)} xmlns:xsd="http://www.w3.org/2001/XMLSchema"'
        ' xmlns:f="urn:soap-fault:details">'
        '<wsdl:types><xsd:schema elementFormDefault="unqualified" targetNamespace="urn:soap-fault:details">'
        '<xsd:element name="FaultDetail"><xsd:complexType><xsd:sequence>'
        '<xsd:element name="errorMessage" type="xsd:string"/>'
        '<xsd:element name="requestID" type="xsd:string"/>'
        "</xsd:sequence></xsd:complexType></xsd:element></xsd:schema></wsdl:types>"
        '<wsdl:message name="FaultDetailMessage"><wsdl:part name="FaultDetail" element="f:FaultDetail"/>'
        f"</wsdl:message>{messages}"
        f"<wsdl:portType name={quoteattr(name + 'Obj')}>{port_type}</wsdl:portType>"
        f"<wsdl:binding name={quoteattr(name + 'Obj')} type={quoteattr('tns:' + name + 'Obj')}>"
        '<soap:binding style="rpc" transport="http://schemas.xmlsoap.org/soap/http"/>'
        f"{binding}</wsdl:binding>"
        f"<wsdl:service name={quoteattr(name + 'Service')}>"
        f"<wsdl:port name={quoteattr(name + 'Obj')} binding={quoteattr('tns:' + name + 'Obj')}>"
        f"<soap:address location={quoteattr(location)}/></wsdl:port></wsdl:service></wsdl:definitions>"
    ).encode()


def _messages(name: str, operation: str, parts: tuple[str, ...], options: PrimaOptions) -> str:
    inputs = "".join(_part(part) for part in parts)
    return (
        f"<wsdl:message name={quoteattr(f'{name}_{operation}')}>{inputs}</wsdl:message>"
        f"<wsdl:message name={quoteattr(f'{name}_{operation}Response')}>"
        f"{_part(options.out_part)}</wsdl:message>"
    )


def _part(part: str) -> str:
    return f'<wsdl:part name={quoteattr(part)} type="xsd:string"/>'


def _port_operation(name: str, operation: str, parts: tuple[str, ...], options: PrimaOptions) -> str:
    order = " ".join((*parts, options.out_part))
    return (
        f"<wsdl:operation name={quoteattr(operation)} parameterOrder={quoteattr(order)}>"
        f"<wsdl:input message={quoteattr(f'tns:{name}_{operation}')}/>"
        f"<wsdl:output message={quoteattr(f'tns:{name}_{operation}Response')}/>"
        f'<wsdl:fault name={quoteattr(name + "Fault")} message="tns:FaultDetailMessage"/></wsdl:operation>'
    )


def _binding_operation(name: str, operation: str, options: PrimaOptions) -> str:
    encoding = f" encodingStyle={quoteattr(ENCODING_STYLE)}" if options.use == "encoded" else ""
    body = (
        f"<soap:body use={quoteattr(options.use)}{encoding}"
        f" namespace={quoteattr(options.operation_namespace)}/>"
    )
    fault = f"<soap:fault name={quoteattr(name + 'Fault')} use={quoteattr(options.use)}{encoding}/>"
    return (
        f'<wsdl:operation name={quoteattr(operation)}><soap:operation soapAction="" style="rpc"/>'
        f"<wsdl:input>{body}</wsdl:input><wsdl:output>{body}</wsdl:output>"
        f"<wsdl:fault name={quoteattr(name + 'Fault')}>{fault}</wsdl:fault></wsdl:operation>"
    )
