import * as $protobuf from "protobufjs/minimal.js";
import Long = require("long");

/** Namespace banyan. */
export namespace banyan {

    /** Namespace v1. */
    namespace v1 {

        /**
         * Properties of an Envelope.
         * @deprecated Use banyan.v1.Envelope.$Properties instead.
         */
        interface IEnvelope extends banyan.v1.Envelope.$Properties {
        }

        /** Represents an Envelope. */
        class Envelope {

            /**
             * Constructs a new Envelope.
             * @param [properties] Properties to set
             */
            constructor(properties?: banyan.v1.Envelope.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** Envelope requestId. */
            requestId: number;

            /** Envelope hello. */
            hello?: (banyan.v1.Hello.$Properties|null);

            /** Envelope welcome. */
            welcome?: (banyan.v1.Welcome.$Properties|null);

            /** Envelope reauth. */
            reauth?: (banyan.v1.Reauth.$Properties|null);

            /** Envelope reauthDone. */
            reauthDone?: (banyan.v1.ReauthDone.$Properties|null);

            /** Envelope revocations. */
            revocations?: (banyan.v1.Revocations.$Properties|null);

            /** Envelope publish. */
            publish?: (banyan.v1.Publish.$Properties|null);

            /** Envelope publishAck. */
            publishAck?: (banyan.v1.PublishAck.$Properties|null);

            /** Envelope search. */
            search?: (banyan.v1.Search.$Properties|null);

            /** Envelope hits. */
            hits?: (banyan.v1.Hits.$Properties|null);

            /** Envelope searchDone. */
            searchDone?: (banyan.v1.SearchDone.$Properties|null);

            /** Envelope findSources. */
            findSources?: (banyan.v1.FindSources.$Properties|null);

            /** Envelope sources. */
            sources?: (banyan.v1.Sources.$Properties|null);

            /** Envelope cancel. */
            cancel?: (banyan.v1.Cancel.$Properties|null);

            /** Envelope draining. */
            draining?: (banyan.v1.Draining.$Properties|null);

            /** Envelope error. */
            error?: (banyan.v1.Error.$Properties|null);

            /** Envelope reachability. */
            reachability?: (banyan.v1.Reachability.$Properties|null);

            /** Envelope badSource. */
            badSource?: (banyan.v1.BadSource.$Properties|null);

            /** Envelope linkState. */
            linkState?: (banyan.v1.LinkState.$Properties|null);

            /** Envelope credit. */
            credit?: (banyan.v1.Credit.$Properties|null);

            /** Envelope suggest. */
            suggest?: (banyan.v1.Suggest.$Properties|null);

            /** Envelope suggestions. */
            suggestions?: (banyan.v1.Suggestions.$Properties|null);

            /** Envelope checkReach. */
            checkReach?: (banyan.v1.CheckReach.$Properties|null);

            /** Envelope reachChecked. */
            reachChecked?: (banyan.v1.ReachChecked.$Properties|null);

            /** Envelope uploadOffer. */
            uploadOffer?: (banyan.v1.UploadOffer.$Properties|null);

            /** Envelope traceparent. */
            traceparent: string;

            /** Envelope body. */
            body?: ("hello"|"welcome"|"reauth"|"reauthDone"|"revocations"|"publish"|"publishAck"|"search"|"hits"|"searchDone"|"findSources"|"sources"|"cancel"|"draining"|"error"|"reachability"|"badSource"|"linkState"|"credit"|"suggest"|"suggestions"|"checkReach"|"reachChecked"|"uploadOffer");

            /**
             * Creates a new Envelope instance using the specified properties.
             * @param [properties] Properties to set
             * @returns Envelope instance
             */
            static create(properties: banyan.v1.Envelope.$Shape): banyan.v1.Envelope & banyan.v1.Envelope.$Shape;
            static create(properties?: banyan.v1.Envelope.$Properties): banyan.v1.Envelope;

            /**
             * Encodes the specified Envelope message. Does not implicitly {@link banyan.v1.Envelope.verify|verify} messages.
             * @param message Envelope message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: banyan.v1.Envelope.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes an Envelope message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {banyan.v1.Envelope & banyan.v1.Envelope.$Shape} Envelope
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): banyan.v1.Envelope & banyan.v1.Envelope.$Shape;

            /**
             * Verifies an Envelope message.
             * @param message Plain object to verify
             * @returns `null` if valid, otherwise the reason why it is not
             */
            static verify(message: { [k: string]: any }): (string|null);
        }

        namespace Envelope {

            /** Properties of an Envelope. */
            interface $Properties {

                /** Envelope requestId */
                requestId?: (number|null);

                /** Envelope hello */
                hello?: (banyan.v1.Hello.$Properties|null);

                /** Envelope welcome */
                welcome?: (banyan.v1.Welcome.$Properties|null);

                /** Envelope reauth */
                reauth?: (banyan.v1.Reauth.$Properties|null);

                /** Envelope reauthDone */
                reauthDone?: (banyan.v1.ReauthDone.$Properties|null);

                /** Envelope revocations */
                revocations?: (banyan.v1.Revocations.$Properties|null);

                /** Envelope publish */
                publish?: (banyan.v1.Publish.$Properties|null);

                /** Envelope publishAck */
                publishAck?: (banyan.v1.PublishAck.$Properties|null);

                /** Envelope search */
                search?: (banyan.v1.Search.$Properties|null);

                /** Envelope hits */
                hits?: (banyan.v1.Hits.$Properties|null);

                /** Envelope searchDone */
                searchDone?: (banyan.v1.SearchDone.$Properties|null);

                /** Envelope findSources */
                findSources?: (banyan.v1.FindSources.$Properties|null);

                /** Envelope sources */
                sources?: (banyan.v1.Sources.$Properties|null);

                /** Envelope cancel */
                cancel?: (banyan.v1.Cancel.$Properties|null);

                /** Envelope draining */
                draining?: (banyan.v1.Draining.$Properties|null);

                /** Envelope error */
                error?: (banyan.v1.Error.$Properties|null);

                /** Envelope reachability */
                reachability?: (banyan.v1.Reachability.$Properties|null);

                /** Envelope badSource */
                badSource?: (banyan.v1.BadSource.$Properties|null);

                /** Envelope linkState */
                linkState?: (banyan.v1.LinkState.$Properties|null);

                /** Envelope credit */
                credit?: (banyan.v1.Credit.$Properties|null);

                /** Envelope suggest */
                suggest?: (banyan.v1.Suggest.$Properties|null);

                /** Envelope suggestions */
                suggestions?: (banyan.v1.Suggestions.$Properties|null);

                /** Envelope checkReach */
                checkReach?: (banyan.v1.CheckReach.$Properties|null);

                /** Envelope reachChecked */
                reachChecked?: (banyan.v1.ReachChecked.$Properties|null);

                /** Envelope uploadOffer */
                uploadOffer?: (banyan.v1.UploadOffer.$Properties|null);

                /** Envelope traceparent */
                traceparent?: (string|null);

                /** Envelope body */
                body?: ("hello"|"welcome"|"reauth"|"reauthDone"|"revocations"|"publish"|"publishAck"|"search"|"hits"|"searchDone"|"findSources"|"sources"|"cancel"|"draining"|"error"|"reachability"|"badSource"|"linkState"|"credit"|"suggest"|"suggestions"|"checkReach"|"reachChecked"|"uploadOffer");

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Narrowed shape of an Envelope. */
            type $Shape = {
              requestId?: number|null;
              hello?: banyan.v1.Hello.$Shape|null;
              welcome?: banyan.v1.Welcome.$Shape|null;
              reauth?: banyan.v1.Reauth.$Shape|null;
              reauthDone?: banyan.v1.ReauthDone.$Shape|null;
              revocations?: banyan.v1.Revocations.$Shape|null;
              publish?: banyan.v1.Publish.$Shape|null;
              publishAck?: banyan.v1.PublishAck.$Shape|null;
              search?: banyan.v1.Search.$Shape|null;
              hits?: banyan.v1.Hits.$Shape|null;
              searchDone?: banyan.v1.SearchDone.$Shape|null;
              findSources?: banyan.v1.FindSources.$Shape|null;
              sources?: banyan.v1.Sources.$Shape|null;
              cancel?: banyan.v1.Cancel.$Shape|null;
              draining?: banyan.v1.Draining.$Shape|null;
              error?: banyan.v1.Error.$Shape|null;
              reachability?: banyan.v1.Reachability.$Shape|null;
              badSource?: banyan.v1.BadSource.$Shape|null;
              linkState?: banyan.v1.LinkState.$Shape|null;
              credit?: banyan.v1.Credit.$Shape|null;
              suggest?: banyan.v1.Suggest.$Shape|null;
              suggestions?: banyan.v1.Suggestions.$Shape|null;
              checkReach?: banyan.v1.CheckReach.$Shape|null;
              reachChecked?: banyan.v1.ReachChecked.$Shape|null;
              uploadOffer?: banyan.v1.UploadOffer.$Shape|null;
              traceparent?: string|null;
              $unknowns?: Uint8Array[];
            } & (
              ({ body?: undefined; hello?: null; welcome?: null; reauth?: null; reauthDone?: null; revocations?: null; publish?: null; publishAck?: null; search?: null; hits?: null; searchDone?: null; findSources?: null; sources?: null; cancel?: null; draining?: null; error?: null; reachability?: null; badSource?: null; linkState?: null; credit?: null; suggest?: null; suggestions?: null; checkReach?: null; reachChecked?: null; uploadOffer?: null }|{ body?: "hello"; hello: banyan.v1.Hello.$Shape; welcome?: null; reauth?: null; reauthDone?: null; revocations?: null; publish?: null; publishAck?: null; search?: null; hits?: null; searchDone?: null; findSources?: null; sources?: null; cancel?: null; draining?: null; error?: null; reachability?: null; badSource?: null; linkState?: null; credit?: null; suggest?: null; suggestions?: null; checkReach?: null; reachChecked?: null; uploadOffer?: null }|{ body?: "welcome"; hello?: null; welcome: banyan.v1.Welcome.$Shape; reauth?: null; reauthDone?: null; revocations?: null; publish?: null; publishAck?: null; search?: null; hits?: null; searchDone?: null; findSources?: null; sources?: null; cancel?: null; draining?: null; error?: null; reachability?: null; badSource?: null; linkState?: null; credit?: null; suggest?: null; suggestions?: null; checkReach?: null; reachChecked?: null; uploadOffer?: null }|{ body?: "reauth"; hello?: null; welcome?: null; reauth: banyan.v1.Reauth.$Shape; reauthDone?: null; revocations?: null; publish?: null; publishAck?: null; search?: null; hits?: null; searchDone?: null; findSources?: null; sources?: null; cancel?: null; draining?: null; error?: null; reachability?: null; badSource?: null; linkState?: null; credit?: null; suggest?: null; suggestions?: null; checkReach?: null; reachChecked?: null; uploadOffer?: null }|{ body?: "reauthDone"; hello?: null; welcome?: null; reauth?: null; reauthDone: banyan.v1.ReauthDone.$Shape; revocations?: null; publish?: null; publishAck?: null; search?: null; hits?: null; searchDone?: null; findSources?: null; sources?: null; cancel?: null; draining?: null; error?: null; reachability?: null; badSource?: null; linkState?: null; credit?: null; suggest?: null; suggestions?: null; checkReach?: null; reachChecked?: null; uploadOffer?: null }|{ body?: "revocations"; hello?: null; welcome?: null; reauth?: null; reauthDone?: null; revocations: banyan.v1.Revocations.$Shape; publish?: null; publishAck?: null; search?: null; hits?: null; searchDone?: null; findSources?: null; sources?: null; cancel?: null; draining?: null; error?: null; reachability?: null; badSource?: null; linkState?: null; credit?: null; suggest?: null; suggestions?: null; checkReach?: null; reachChecked?: null; uploadOffer?: null }|{ body?: "publish"; hello?: null; welcome?: null; reauth?: null; reauthDone?: null; revocations?: null; publish: banyan.v1.Publish.$Shape; publishAck?: null; search?: null; hits?: null; searchDone?: null; findSources?: null; sources?: null; cancel?: null; draining?: null; error?: null; reachability?: null; badSource?: null; linkState?: null; credit?: null; suggest?: null; suggestions?: null; checkReach?: null; reachChecked?: null; uploadOffer?: null }|{ body?: "publishAck"; hello?: null; welcome?: null; reauth?: null; reauthDone?: null; revocations?: null; publish?: null; publishAck: banyan.v1.PublishAck.$Shape; search?: null; hits?: null; searchDone?: null; findSources?: null; sources?: null; cancel?: null; draining?: null; error?: null; reachability?: null; badSource?: null; linkState?: null; credit?: null; suggest?: null; suggestions?: null; checkReach?: null; reachChecked?: null; uploadOffer?: null }|{ body?: "search"; hello?: null; welcome?: null; reauth?: null; reauthDone?: null; revocations?: null; publish?: null; publishAck?: null; search: banyan.v1.Search.$Shape; hits?: null; searchDone?: null; findSources?: null; sources?: null; cancel?: null; draining?: null; error?: null; reachability?: null; badSource?: null; linkState?: null; credit?: null; suggest?: null; suggestions?: null; checkReach?: null; reachChecked?: null; uploadOffer?: null }|{ body?: "hits"; hello?: null; welcome?: null; reauth?: null; reauthDone?: null; revocations?: null; publish?: null; publishAck?: null; search?: null; hits: banyan.v1.Hits.$Shape; searchDone?: null; findSources?: null; sources?: null; cancel?: null; draining?: null; error?: null; reachability?: null; badSource?: null; linkState?: null; credit?: null; suggest?: null; suggestions?: null; checkReach?: null; reachChecked?: null; uploadOffer?: null }|{ body?: "searchDone"; hello?: null; welcome?: null; reauth?: null; reauthDone?: null; revocations?: null; publish?: null; publishAck?: null; search?: null; hits?: null; searchDone: banyan.v1.SearchDone.$Shape; findSources?: null; sources?: null; cancel?: null; draining?: null; error?: null; reachability?: null; badSource?: null; linkState?: null; credit?: null; suggest?: null; suggestions?: null; checkReach?: null; reachChecked?: null; uploadOffer?: null }|{ body?: "findSources"; hello?: null; welcome?: null; reauth?: null; reauthDone?: null; revocations?: null; publish?: null; publishAck?: null; search?: null; hits?: null; searchDone?: null; findSources: banyan.v1.FindSources.$Shape; sources?: null; cancel?: null; draining?: null; error?: null; reachability?: null; badSource?: null; linkState?: null; credit?: null; suggest?: null; suggestions?: null; checkReach?: null; reachChecked?: null; uploadOffer?: null }|{ body?: "sources"; hello?: null; welcome?: null; reauth?: null; reauthDone?: null; revocations?: null; publish?: null; publishAck?: null; search?: null; hits?: null; searchDone?: null; findSources?: null; sources: banyan.v1.Sources.$Shape; cancel?: null; draining?: null; error?: null; reachability?: null; badSource?: null; linkState?: null; credit?: null; suggest?: null; suggestions?: null; checkReach?: null; reachChecked?: null; uploadOffer?: null }|{ body?: "cancel"; hello?: null; welcome?: null; reauth?: null; reauthDone?: null; revocations?: null; publish?: null; publishAck?: null; search?: null; hits?: null; searchDone?: null; findSources?: null; sources?: null; cancel: banyan.v1.Cancel.$Shape; draining?: null; error?: null; reachability?: null; badSource?: null; linkState?: null; credit?: null; suggest?: null; suggestions?: null; checkReach?: null; reachChecked?: null; uploadOffer?: null }|{ body?: "draining"; hello?: null; welcome?: null; reauth?: null; reauthDone?: null; revocations?: null; publish?: null; publishAck?: null; search?: null; hits?: null; searchDone?: null; findSources?: null; sources?: null; cancel?: null; draining: banyan.v1.Draining.$Shape; error?: null; reachability?: null; badSource?: null; linkState?: null; credit?: null; suggest?: null; suggestions?: null; checkReach?: null; reachChecked?: null; uploadOffer?: null }|{ body?: "error"; hello?: null; welcome?: null; reauth?: null; reauthDone?: null; revocations?: null; publish?: null; publishAck?: null; search?: null; hits?: null; searchDone?: null; findSources?: null; sources?: null; cancel?: null; draining?: null; error: banyan.v1.Error.$Shape; reachability?: null; badSource?: null; linkState?: null; credit?: null; suggest?: null; suggestions?: null; checkReach?: null; reachChecked?: null; uploadOffer?: null }|{ body?: "reachability"; hello?: null; welcome?: null; reauth?: null; reauthDone?: null; revocations?: null; publish?: null; publishAck?: null; search?: null; hits?: null; searchDone?: null; findSources?: null; sources?: null; cancel?: null; draining?: null; error?: null; reachability: banyan.v1.Reachability.$Shape; badSource?: null; linkState?: null; credit?: null; suggest?: null; suggestions?: null; checkReach?: null; reachChecked?: null; uploadOffer?: null }|{ body?: "badSource"; hello?: null; welcome?: null; reauth?: null; reauthDone?: null; revocations?: null; publish?: null; publishAck?: null; search?: null; hits?: null; searchDone?: null; findSources?: null; sources?: null; cancel?: null; draining?: null; error?: null; reachability?: null; badSource: banyan.v1.BadSource.$Shape; linkState?: null; credit?: null; suggest?: null; suggestions?: null; checkReach?: null; reachChecked?: null; uploadOffer?: null }|{ body?: "linkState"; hello?: null; welcome?: null; reauth?: null; reauthDone?: null; revocations?: null; publish?: null; publishAck?: null; search?: null; hits?: null; searchDone?: null; findSources?: null; sources?: null; cancel?: null; draining?: null; error?: null; reachability?: null; badSource?: null; linkState: banyan.v1.LinkState.$Shape; credit?: null; suggest?: null; suggestions?: null; checkReach?: null; reachChecked?: null; uploadOffer?: null }|{ body?: "credit"; hello?: null; welcome?: null; reauth?: null; reauthDone?: null; revocations?: null; publish?: null; publishAck?: null; search?: null; hits?: null; searchDone?: null; findSources?: null; sources?: null; cancel?: null; draining?: null; error?: null; reachability?: null; badSource?: null; linkState?: null; credit: banyan.v1.Credit.$Shape; suggest?: null; suggestions?: null; checkReach?: null; reachChecked?: null; uploadOffer?: null }|{ body?: "suggest"; hello?: null; welcome?: null; reauth?: null; reauthDone?: null; revocations?: null; publish?: null; publishAck?: null; search?: null; hits?: null; searchDone?: null; findSources?: null; sources?: null; cancel?: null; draining?: null; error?: null; reachability?: null; badSource?: null; linkState?: null; credit?: null; suggest: banyan.v1.Suggest.$Shape; suggestions?: null; checkReach?: null; reachChecked?: null; uploadOffer?: null }|{ body?: "suggestions"; hello?: null; welcome?: null; reauth?: null; reauthDone?: null; revocations?: null; publish?: null; publishAck?: null; search?: null; hits?: null; searchDone?: null; findSources?: null; sources?: null; cancel?: null; draining?: null; error?: null; reachability?: null; badSource?: null; linkState?: null; credit?: null; suggest?: null; suggestions: banyan.v1.Suggestions.$Shape; checkReach?: null; reachChecked?: null; uploadOffer?: null }|{ body?: "checkReach"; hello?: null; welcome?: null; reauth?: null; reauthDone?: null; revocations?: null; publish?: null; publishAck?: null; search?: null; hits?: null; searchDone?: null; findSources?: null; sources?: null; cancel?: null; draining?: null; error?: null; reachability?: null; badSource?: null; linkState?: null; credit?: null; suggest?: null; suggestions?: null; checkReach: banyan.v1.CheckReach.$Shape; reachChecked?: null; uploadOffer?: null }|{ body?: "reachChecked"; hello?: null; welcome?: null; reauth?: null; reauthDone?: null; revocations?: null; publish?: null; publishAck?: null; search?: null; hits?: null; searchDone?: null; findSources?: null; sources?: null; cancel?: null; draining?: null; error?: null; reachability?: null; badSource?: null; linkState?: null; credit?: null; suggest?: null; suggestions?: null; checkReach?: null; reachChecked: banyan.v1.ReachChecked.$Shape; uploadOffer?: null }|{ body?: "uploadOffer"; hello?: null; welcome?: null; reauth?: null; reauthDone?: null; revocations?: null; publish?: null; publishAck?: null; search?: null; hits?: null; searchDone?: null; findSources?: null; sources?: null; cancel?: null; draining?: null; error?: null; reachability?: null; badSource?: null; linkState?: null; credit?: null; suggest?: null; suggestions?: null; checkReach?: null; reachChecked?: null; uploadOffer: banyan.v1.UploadOffer.$Shape })
            );
        }

        /** Relation enum. */
        enum Relation {

            /** RELATION_UNSPECIFIED value */
            RELATION_UNSPECIFIED = 0,

            /** RELATION_HOME value */
            RELATION_HOME = 1,

            /** RELATION_SECOND_HOME value */
            RELATION_SECOND_HOME = 2,

            /** RELATION_SUPERNODE value */
            RELATION_SUPERNODE = 3,

            /** RELATION_PROBE value */
            RELATION_PROBE = 4
        }

        /**
         * Properties of an Address.
         * @deprecated Use banyan.v1.Address.$Properties instead.
         */
        interface IAddress extends banyan.v1.Address.$Properties {
        }

        /** Represents an Address. */
        class Address {

            /**
             * Constructs a new Address.
             * @param [properties] Properties to set
             */
            constructor(properties?: banyan.v1.Address.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** Address host. */
            host: string;

            /** Address port. */
            port: number;

            /**
             * Creates a new Address instance using the specified properties.
             * @param [properties] Properties to set
             * @returns Address instance
             */
            static create(properties: banyan.v1.Address.$Shape): banyan.v1.Address & banyan.v1.Address.$Shape;
            static create(properties?: banyan.v1.Address.$Properties): banyan.v1.Address;

            /**
             * Encodes the specified Address message. Does not implicitly {@link banyan.v1.Address.verify|verify} messages.
             * @param message Address message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: banyan.v1.Address.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes an Address message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {banyan.v1.Address & banyan.v1.Address.$Shape} Address
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): banyan.v1.Address & banyan.v1.Address.$Shape;

            /**
             * Verifies an Address message.
             * @param message Plain object to verify
             * @returns `null` if valid, otherwise the reason why it is not
             */
            static verify(message: { [k: string]: any }): (string|null);
        }

        namespace Address {

            /** Properties of an Address. */
            interface $Properties {

                /** Address host */
                host?: (string|null);

                /** Address port */
                port?: (number|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of an Address. */
            type $Shape = banyan.v1.Address.$Properties;
        }

        /**
         * Properties of a Hello.
         * @deprecated Use banyan.v1.Hello.$Properties instead.
         */
        interface IHello extends banyan.v1.Hello.$Properties {
        }

        /** Represents a Hello. */
        class Hello {

            /**
             * Constructs a new Hello.
             * @param [properties] Properties to set
             */
            constructor(properties?: banyan.v1.Hello.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** Hello minVersion. */
            minVersion: number;

            /** Hello maxVersion. */
            maxVersion: number;

            /** Hello relation. */
            relation: banyan.v1.Relation;

            /** Hello software. */
            software: string;

            /** Hello listen. */
            listen: banyan.v1.Address.$Properties[];

            /** Hello catalogFingerprint. */
            catalogFingerprint: Uint8Array;

            /** Hello catalogRecords. */
            catalogRecords: number;

            /** Hello revocationsKnown. */
            revocationsKnown: number;

            /** Hello features. */
            features: string[];

            /**
             * Creates a new Hello instance using the specified properties.
             * @param [properties] Properties to set
             * @returns Hello instance
             */
            static create(properties: banyan.v1.Hello.$Shape): banyan.v1.Hello & banyan.v1.Hello.$Shape;
            static create(properties?: banyan.v1.Hello.$Properties): banyan.v1.Hello;

            /**
             * Encodes the specified Hello message. Does not implicitly {@link banyan.v1.Hello.verify|verify} messages.
             * @param message Hello message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: banyan.v1.Hello.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a Hello message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {banyan.v1.Hello & banyan.v1.Hello.$Shape} Hello
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): banyan.v1.Hello & banyan.v1.Hello.$Shape;

            /**
             * Verifies a Hello message.
             * @param message Plain object to verify
             * @returns `null` if valid, otherwise the reason why it is not
             */
            static verify(message: { [k: string]: any }): (string|null);
        }

        namespace Hello {

            /** Properties of a Hello. */
            interface $Properties {

                /** Hello minVersion */
                minVersion?: (number|null);

                /** Hello maxVersion */
                maxVersion?: (number|null);

                /** Hello relation */
                relation?: (banyan.v1.Relation|null);

                /** Hello software */
                software?: (string|null);

                /** Hello listen */
                listen?: (banyan.v1.Address.$Properties[]|null);

                /** Hello catalogFingerprint */
                catalogFingerprint?: (Uint8Array|null);

                /** Hello catalogRecords */
                catalogRecords?: (number|null);

                /** Hello revocationsKnown */
                revocationsKnown?: (number|null);

                /** Hello features */
                features?: (string[]|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a Hello. */
            type $Shape = banyan.v1.Hello.$Properties;
        }

        /**
         * Properties of a SupernodeRef.
         * @deprecated Use banyan.v1.SupernodeRef.$Properties instead.
         */
        interface ISupernodeRef extends banyan.v1.SupernodeRef.$Properties {
        }

        /** Represents a SupernodeRef. */
        class SupernodeRef {

            /**
             * Constructs a new SupernodeRef.
             * @param [properties] Properties to set
             */
            constructor(properties?: banyan.v1.SupernodeRef.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** SupernodeRef deviceId. */
            deviceId: string;

            /** SupernodeRef addresses. */
            addresses: banyan.v1.Address.$Properties[];

            /** SupernodeRef name. */
            name: string;

            /**
             * Creates a new SupernodeRef instance using the specified properties.
             * @param [properties] Properties to set
             * @returns SupernodeRef instance
             */
            static create(properties: banyan.v1.SupernodeRef.$Shape): banyan.v1.SupernodeRef & banyan.v1.SupernodeRef.$Shape;
            static create(properties?: banyan.v1.SupernodeRef.$Properties): banyan.v1.SupernodeRef;

            /**
             * Encodes the specified SupernodeRef message. Does not implicitly {@link banyan.v1.SupernodeRef.verify|verify} messages.
             * @param message SupernodeRef message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: banyan.v1.SupernodeRef.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a SupernodeRef message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {banyan.v1.SupernodeRef & banyan.v1.SupernodeRef.$Shape} SupernodeRef
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): banyan.v1.SupernodeRef & banyan.v1.SupernodeRef.$Shape;

            /**
             * Verifies a SupernodeRef message.
             * @param message Plain object to verify
             * @returns `null` if valid, otherwise the reason why it is not
             */
            static verify(message: { [k: string]: any }): (string|null);
        }

        namespace SupernodeRef {

            /** Properties of a SupernodeRef. */
            interface $Properties {

                /** SupernodeRef deviceId */
                deviceId?: (string|null);

                /** SupernodeRef addresses */
                addresses?: (banyan.v1.Address.$Properties[]|null);

                /** SupernodeRef name */
                name?: (string|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a SupernodeRef. */
            type $Shape = banyan.v1.SupernodeRef.$Properties;
        }

        /**
         * Properties of a Welcome.
         * @deprecated Use banyan.v1.Welcome.$Properties instead.
         */
        interface IWelcome extends banyan.v1.Welcome.$Properties {
        }

        /** Represents a Welcome. */
        class Welcome {

            /**
             * Constructs a new Welcome.
             * @param [properties] Properties to set
             */
            constructor(properties?: banyan.v1.Welcome.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** Welcome version. */
            version: number;

            /** Welcome deviceId. */
            deviceId: string;

            /** Welcome name. */
            name: string;

            /** Welcome observed. */
            observed?: (banyan.v1.Address.$Properties|null);

            /** Welcome catalogKnown. */
            catalogKnown: boolean;

            /** Welcome limits. */
            limits?: (banyan.v1.SessionLimits.$Properties|null);

            /** Welcome alternates. */
            alternates: banyan.v1.SupernodeRef.$Properties[];

            /** Welcome secondHome. */
            secondHome?: (banyan.v1.SupernodeRef.$Properties|null);

            /** Welcome serverTimeMs. */
            serverTimeMs: number;

            /** Welcome revocationsKnown. */
            revocationsKnown: number;

            /** Welcome features. */
            features: string[];

            /**
             * Creates a new Welcome instance using the specified properties.
             * @param [properties] Properties to set
             * @returns Welcome instance
             */
            static create(properties: banyan.v1.Welcome.$Shape): banyan.v1.Welcome & banyan.v1.Welcome.$Shape;
            static create(properties?: banyan.v1.Welcome.$Properties): banyan.v1.Welcome;

            /**
             * Encodes the specified Welcome message. Does not implicitly {@link banyan.v1.Welcome.verify|verify} messages.
             * @param message Welcome message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: banyan.v1.Welcome.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a Welcome message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {banyan.v1.Welcome & banyan.v1.Welcome.$Shape} Welcome
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): banyan.v1.Welcome & banyan.v1.Welcome.$Shape;

            /**
             * Verifies a Welcome message.
             * @param message Plain object to verify
             * @returns `null` if valid, otherwise the reason why it is not
             */
            static verify(message: { [k: string]: any }): (string|null);
        }

        namespace Welcome {

            /** Properties of a Welcome. */
            interface $Properties {

                /** Welcome version */
                version?: (number|null);

                /** Welcome deviceId */
                deviceId?: (string|null);

                /** Welcome name */
                name?: (string|null);

                /** Welcome observed */
                observed?: (banyan.v1.Address.$Properties|null);

                /** Welcome catalogKnown */
                catalogKnown?: (boolean|null);

                /** Welcome limits */
                limits?: (banyan.v1.SessionLimits.$Properties|null);

                /** Welcome alternates */
                alternates?: (banyan.v1.SupernodeRef.$Properties[]|null);

                /** Welcome secondHome */
                secondHome?: (banyan.v1.SupernodeRef.$Properties|null);

                /** Welcome serverTimeMs */
                serverTimeMs?: (number|null);

                /** Welcome revocationsKnown */
                revocationsKnown?: (number|null);

                /** Welcome features */
                features?: (string[]|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a Welcome. */
            type $Shape = banyan.v1.Welcome.$Properties;
        }

        /**
         * Properties of a SessionLimits.
         * @deprecated Use banyan.v1.SessionLimits.$Properties instead.
         */
        interface ISessionLimits extends banyan.v1.SessionLimits.$Properties {
        }

        /** Represents a SessionLimits. */
        class SessionLimits {

            /**
             * Constructs a new SessionLimits.
             * @param [properties] Properties to set
             */
            constructor(properties?: banyan.v1.SessionLimits.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** SessionLimits maxFrameBytes. */
            maxFrameBytes: number;

            /** SessionLimits maxBatchRecords. */
            maxBatchRecords: number;

            /** SessionLimits maxRecords. */
            maxRecords: number;

            /** SessionLimits maxInFlight. */
            maxInFlight: number;

            /** SessionLimits searchesPerMinute. */
            searchesPerMinute: number;

            /** SessionLimits maxSessionSeconds. */
            maxSessionSeconds: number;

            /**
             * Creates a new SessionLimits instance using the specified properties.
             * @param [properties] Properties to set
             * @returns SessionLimits instance
             */
            static create(properties: banyan.v1.SessionLimits.$Shape): banyan.v1.SessionLimits & banyan.v1.SessionLimits.$Shape;
            static create(properties?: banyan.v1.SessionLimits.$Properties): banyan.v1.SessionLimits;

            /**
             * Encodes the specified SessionLimits message. Does not implicitly {@link banyan.v1.SessionLimits.verify|verify} messages.
             * @param message SessionLimits message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: banyan.v1.SessionLimits.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a SessionLimits message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {banyan.v1.SessionLimits & banyan.v1.SessionLimits.$Shape} SessionLimits
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): banyan.v1.SessionLimits & banyan.v1.SessionLimits.$Shape;

            /**
             * Verifies a SessionLimits message.
             * @param message Plain object to verify
             * @returns `null` if valid, otherwise the reason why it is not
             */
            static verify(message: { [k: string]: any }): (string|null);
        }

        namespace SessionLimits {

            /** Properties of a SessionLimits. */
            interface $Properties {

                /** SessionLimits maxFrameBytes */
                maxFrameBytes?: (number|null);

                /** SessionLimits maxBatchRecords */
                maxBatchRecords?: (number|null);

                /** SessionLimits maxRecords */
                maxRecords?: (number|null);

                /** SessionLimits maxInFlight */
                maxInFlight?: (number|null);

                /** SessionLimits searchesPerMinute */
                searchesPerMinute?: (number|null);

                /** SessionLimits maxSessionSeconds */
                maxSessionSeconds?: (number|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a SessionLimits. */
            type $Shape = banyan.v1.SessionLimits.$Properties;
        }

        /**
         * Properties of a Reauth.
         * @deprecated Use banyan.v1.Reauth.$Properties instead.
         */
        interface IReauth extends banyan.v1.Reauth.$Properties {
        }

        /** Represents a Reauth. */
        class Reauth {

            /**
             * Constructs a new Reauth.
             * @param [properties] Properties to set
             */
            constructor(properties?: banyan.v1.Reauth.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** Reauth token. */
            token: string;

            /**
             * Creates a new Reauth instance using the specified properties.
             * @param [properties] Properties to set
             * @returns Reauth instance
             */
            static create(properties: banyan.v1.Reauth.$Shape): banyan.v1.Reauth & banyan.v1.Reauth.$Shape;
            static create(properties?: banyan.v1.Reauth.$Properties): banyan.v1.Reauth;

            /**
             * Encodes the specified Reauth message. Does not implicitly {@link banyan.v1.Reauth.verify|verify} messages.
             * @param message Reauth message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: banyan.v1.Reauth.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a Reauth message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {banyan.v1.Reauth & banyan.v1.Reauth.$Shape} Reauth
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): banyan.v1.Reauth & banyan.v1.Reauth.$Shape;

            /**
             * Verifies a Reauth message.
             * @param message Plain object to verify
             * @returns `null` if valid, otherwise the reason why it is not
             */
            static verify(message: { [k: string]: any }): (string|null);
        }

        namespace Reauth {

            /** Properties of a Reauth. */
            interface $Properties {

                /** Reauth token */
                token?: (string|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a Reauth. */
            type $Shape = banyan.v1.Reauth.$Properties;
        }

        /**
         * Properties of a ReauthDone.
         * @deprecated Use banyan.v1.ReauthDone.$Properties instead.
         */
        interface IReauthDone extends banyan.v1.ReauthDone.$Properties {
        }

        /** Represents a ReauthDone. */
        class ReauthDone {

            /**
             * Constructs a new ReauthDone.
             * @param [properties] Properties to set
             */
            constructor(properties?: banyan.v1.ReauthDone.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** ReauthDone expiresAtMs. */
            expiresAtMs: number;

            /**
             * Creates a new ReauthDone instance using the specified properties.
             * @param [properties] Properties to set
             * @returns ReauthDone instance
             */
            static create(properties: banyan.v1.ReauthDone.$Shape): banyan.v1.ReauthDone & banyan.v1.ReauthDone.$Shape;
            static create(properties?: banyan.v1.ReauthDone.$Properties): banyan.v1.ReauthDone;

            /**
             * Encodes the specified ReauthDone message. Does not implicitly {@link banyan.v1.ReauthDone.verify|verify} messages.
             * @param message ReauthDone message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: banyan.v1.ReauthDone.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a ReauthDone message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {banyan.v1.ReauthDone & banyan.v1.ReauthDone.$Shape} ReauthDone
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): banyan.v1.ReauthDone & banyan.v1.ReauthDone.$Shape;

            /**
             * Verifies a ReauthDone message.
             * @param message Plain object to verify
             * @returns `null` if valid, otherwise the reason why it is not
             */
            static verify(message: { [k: string]: any }): (string|null);
        }

        namespace ReauthDone {

            /** Properties of a ReauthDone. */
            interface $Properties {

                /** ReauthDone expiresAtMs */
                expiresAtMs?: (number|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a ReauthDone. */
            type $Shape = banyan.v1.ReauthDone.$Properties;
        }

        /**
         * Properties of a Revocations.
         * @deprecated Use banyan.v1.Revocations.$Properties instead.
         */
        interface IRevocations extends banyan.v1.Revocations.$Properties {
        }

        /** Represents a Revocations. */
        class Revocations {

            /**
             * Constructs a new Revocations.
             * @param [properties] Properties to set
             */
            constructor(properties?: banyan.v1.Revocations.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** Revocations signed. */
            signed: string[];

            /**
             * Creates a new Revocations instance using the specified properties.
             * @param [properties] Properties to set
             * @returns Revocations instance
             */
            static create(properties: banyan.v1.Revocations.$Shape): banyan.v1.Revocations & banyan.v1.Revocations.$Shape;
            static create(properties?: banyan.v1.Revocations.$Properties): banyan.v1.Revocations;

            /**
             * Encodes the specified Revocations message. Does not implicitly {@link banyan.v1.Revocations.verify|verify} messages.
             * @param message Revocations message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: banyan.v1.Revocations.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a Revocations message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {banyan.v1.Revocations & banyan.v1.Revocations.$Shape} Revocations
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): banyan.v1.Revocations & banyan.v1.Revocations.$Shape;

            /**
             * Verifies a Revocations message.
             * @param message Plain object to verify
             * @returns `null` if valid, otherwise the reason why it is not
             */
            static verify(message: { [k: string]: any }): (string|null);
        }

        namespace Revocations {

            /** Properties of a Revocations. */
            interface $Properties {

                /** Revocations signed */
                signed?: (string[]|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a Revocations. */
            type $Shape = banyan.v1.Revocations.$Properties;
        }

        /**
         * Properties of a Credit.
         * @deprecated Use banyan.v1.Credit.$Properties instead.
         */
        interface ICredit extends banyan.v1.Credit.$Properties {
        }

        /** Represents a Credit. */
        class Credit {

            /**
             * Constructs a new Credit.
             * @param [properties] Properties to set
             */
            constructor(properties?: banyan.v1.Credit.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** Credit requests. */
            requests: number;

            /**
             * Creates a new Credit instance using the specified properties.
             * @param [properties] Properties to set
             * @returns Credit instance
             */
            static create(properties: banyan.v1.Credit.$Shape): banyan.v1.Credit & banyan.v1.Credit.$Shape;
            static create(properties?: banyan.v1.Credit.$Properties): banyan.v1.Credit;

            /**
             * Encodes the specified Credit message. Does not implicitly {@link banyan.v1.Credit.verify|verify} messages.
             * @param message Credit message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: banyan.v1.Credit.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a Credit message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {banyan.v1.Credit & banyan.v1.Credit.$Shape} Credit
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): banyan.v1.Credit & banyan.v1.Credit.$Shape;

            /**
             * Verifies a Credit message.
             * @param message Plain object to verify
             * @returns `null` if valid, otherwise the reason why it is not
             */
            static verify(message: { [k: string]: any }): (string|null);
        }

        namespace Credit {

            /** Properties of a Credit. */
            interface $Properties {

                /** Credit requests */
                requests?: (number|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a Credit. */
            type $Shape = banyan.v1.Credit.$Properties;
        }

        /**
         * Properties of a Draining.
         * @deprecated Use banyan.v1.Draining.$Properties instead.
         */
        interface IDraining extends banyan.v1.Draining.$Properties {
        }

        /** Represents a Draining. */
        class Draining {

            /**
             * Constructs a new Draining.
             * @param [properties] Properties to set
             */
            constructor(properties?: banyan.v1.Draining.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** Draining deadlineMs. */
            deadlineMs: number;

            /** Draining alternates. */
            alternates: banyan.v1.SupernodeRef.$Properties[];

            /**
             * Creates a new Draining instance using the specified properties.
             * @param [properties] Properties to set
             * @returns Draining instance
             */
            static create(properties: banyan.v1.Draining.$Shape): banyan.v1.Draining & banyan.v1.Draining.$Shape;
            static create(properties?: banyan.v1.Draining.$Properties): banyan.v1.Draining;

            /**
             * Encodes the specified Draining message. Does not implicitly {@link banyan.v1.Draining.verify|verify} messages.
             * @param message Draining message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: banyan.v1.Draining.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a Draining message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {banyan.v1.Draining & banyan.v1.Draining.$Shape} Draining
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): banyan.v1.Draining & banyan.v1.Draining.$Shape;

            /**
             * Verifies a Draining message.
             * @param message Plain object to verify
             * @returns `null` if valid, otherwise the reason why it is not
             */
            static verify(message: { [k: string]: any }): (string|null);
        }

        namespace Draining {

            /** Properties of a Draining. */
            interface $Properties {

                /** Draining deadlineMs */
                deadlineMs?: (number|null);

                /** Draining alternates */
                alternates?: (banyan.v1.SupernodeRef.$Properties[]|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a Draining. */
            type $Shape = banyan.v1.Draining.$Properties;
        }

        /**
         * Properties of an Error.
         * @deprecated Use banyan.v1.Error.$Properties instead.
         */
        interface IError extends banyan.v1.Error.$Properties {
        }

        /** Represents an Error. */
        class Error {

            /**
             * Constructs a new Error.
             * @param [properties] Properties to set
             */
            constructor(properties?: banyan.v1.Error.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** Error code. */
            code: string;

            /** Error message. */
            message: string;

            /** Error retryAfterMs. */
            retryAfterMs: number;

            /** Error fatal. */
            fatal: boolean;

            /** Error alternates. */
            alternates: banyan.v1.SupernodeRef.$Properties[];

            /**
             * Creates a new Error instance using the specified properties.
             * @param [properties] Properties to set
             * @returns Error instance
             */
            static create(properties: banyan.v1.Error.$Shape): banyan.v1.Error & banyan.v1.Error.$Shape;
            static create(properties?: banyan.v1.Error.$Properties): banyan.v1.Error;

            /**
             * Encodes the specified Error message. Does not implicitly {@link banyan.v1.Error.verify|verify} messages.
             * @param message Error message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: banyan.v1.Error.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes an Error message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {banyan.v1.Error & banyan.v1.Error.$Shape} Error
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): banyan.v1.Error & banyan.v1.Error.$Shape;

            /**
             * Verifies an Error message.
             * @param message Plain object to verify
             * @returns `null` if valid, otherwise the reason why it is not
             */
            static verify(message: { [k: string]: any }): (string|null);
        }

        namespace Error {

            /** Properties of an Error. */
            interface $Properties {

                /** Error code */
                code?: (string|null);

                /** Error message */
                message?: (string|null);

                /** Error retryAfterMs */
                retryAfterMs?: (number|null);

                /** Error fatal */
                fatal?: (boolean|null);

                /** Error alternates */
                alternates?: (banyan.v1.SupernodeRef.$Properties[]|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of an Error. */
            type $Shape = banyan.v1.Error.$Properties;
        }

        /**
         * Properties of a Reachability.
         * @deprecated Use banyan.v1.Reachability.$Properties instead.
         */
        interface IReachability extends banyan.v1.Reachability.$Properties {
        }

        /** Represents a Reachability. */
        class Reachability {

            /**
             * Constructs a new Reachability.
             * @param [properties] Properties to set
             */
            constructor(properties?: banyan.v1.Reachability.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** Reachability checks. */
            checks: banyan.v1.AddressCheck.$Properties[];

            /**
             * Creates a new Reachability instance using the specified properties.
             * @param [properties] Properties to set
             * @returns Reachability instance
             */
            static create(properties: banyan.v1.Reachability.$Shape): banyan.v1.Reachability & banyan.v1.Reachability.$Shape;
            static create(properties?: banyan.v1.Reachability.$Properties): banyan.v1.Reachability;

            /**
             * Encodes the specified Reachability message. Does not implicitly {@link banyan.v1.Reachability.verify|verify} messages.
             * @param message Reachability message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: banyan.v1.Reachability.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a Reachability message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {banyan.v1.Reachability & banyan.v1.Reachability.$Shape} Reachability
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): banyan.v1.Reachability & banyan.v1.Reachability.$Shape;

            /**
             * Verifies a Reachability message.
             * @param message Plain object to verify
             * @returns `null` if valid, otherwise the reason why it is not
             */
            static verify(message: { [k: string]: any }): (string|null);
        }

        namespace Reachability {

            /** Properties of a Reachability. */
            interface $Properties {

                /** Reachability checks */
                checks?: (banyan.v1.AddressCheck.$Properties[]|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a Reachability. */
            type $Shape = banyan.v1.Reachability.$Properties;
        }

        /**
         * Properties of an AddressCheck.
         * @deprecated Use banyan.v1.AddressCheck.$Properties instead.
         */
        interface IAddressCheck extends banyan.v1.AddressCheck.$Properties {
        }

        /** Represents an AddressCheck. */
        class AddressCheck {

            /**
             * Constructs a new AddressCheck.
             * @param [properties] Properties to set
             */
            constructor(properties?: banyan.v1.AddressCheck.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** AddressCheck address. */
            address?: (banyan.v1.Address.$Properties|null);

            /** AddressCheck reachable. */
            reachable: boolean;

            /** AddressCheck code. */
            code: string;

            /** AddressCheck message. */
            message: string;

            /** AddressCheck roundTripMs. */
            roundTripMs: number;

            /**
             * Creates a new AddressCheck instance using the specified properties.
             * @param [properties] Properties to set
             * @returns AddressCheck instance
             */
            static create(properties: banyan.v1.AddressCheck.$Shape): banyan.v1.AddressCheck & banyan.v1.AddressCheck.$Shape;
            static create(properties?: banyan.v1.AddressCheck.$Properties): banyan.v1.AddressCheck;

            /**
             * Encodes the specified AddressCheck message. Does not implicitly {@link banyan.v1.AddressCheck.verify|verify} messages.
             * @param message AddressCheck message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: banyan.v1.AddressCheck.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes an AddressCheck message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {banyan.v1.AddressCheck & banyan.v1.AddressCheck.$Shape} AddressCheck
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): banyan.v1.AddressCheck & banyan.v1.AddressCheck.$Shape;

            /**
             * Verifies an AddressCheck message.
             * @param message Plain object to verify
             * @returns `null` if valid, otherwise the reason why it is not
             */
            static verify(message: { [k: string]: any }): (string|null);
        }

        namespace AddressCheck {

            /** Properties of an AddressCheck. */
            interface $Properties {

                /** AddressCheck address */
                address?: (banyan.v1.Address.$Properties|null);

                /** AddressCheck reachable */
                reachable?: (boolean|null);

                /** AddressCheck code */
                code?: (string|null);

                /** AddressCheck message */
                message?: (string|null);

                /** AddressCheck roundTripMs */
                roundTripMs?: (number|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of an AddressCheck. */
            type $Shape = banyan.v1.AddressCheck.$Properties;
        }

        /**
         * Properties of a CheckReach.
         * @deprecated Use banyan.v1.CheckReach.$Properties instead.
         */
        interface ICheckReach extends banyan.v1.CheckReach.$Properties {
        }

        /** Represents a CheckReach. */
        class CheckReach {

            /**
             * Constructs a new CheckReach.
             * @param [properties] Properties to set
             */
            constructor(properties?: banyan.v1.CheckReach.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** CheckReach root. */
            root: Uint8Array;

            /** CheckReach length. */
            length: number;

            /**
             * Creates a new CheckReach instance using the specified properties.
             * @param [properties] Properties to set
             * @returns CheckReach instance
             */
            static create(properties: banyan.v1.CheckReach.$Shape): banyan.v1.CheckReach & banyan.v1.CheckReach.$Shape;
            static create(properties?: banyan.v1.CheckReach.$Properties): banyan.v1.CheckReach;

            /**
             * Encodes the specified CheckReach message. Does not implicitly {@link banyan.v1.CheckReach.verify|verify} messages.
             * @param message CheckReach message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: banyan.v1.CheckReach.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a CheckReach message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {banyan.v1.CheckReach & banyan.v1.CheckReach.$Shape} CheckReach
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): banyan.v1.CheckReach & banyan.v1.CheckReach.$Shape;

            /**
             * Verifies a CheckReach message.
             * @param message Plain object to verify
             * @returns `null` if valid, otherwise the reason why it is not
             */
            static verify(message: { [k: string]: any }): (string|null);
        }

        namespace CheckReach {

            /** Properties of a CheckReach. */
            interface $Properties {

                /** CheckReach root */
                root?: (Uint8Array|null);

                /** CheckReach length */
                length?: (number|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a CheckReach. */
            type $Shape = banyan.v1.CheckReach.$Properties;
        }

        /**
         * Properties of a ReachChecked.
         * @deprecated Use banyan.v1.ReachChecked.$Properties instead.
         */
        interface IReachChecked extends banyan.v1.ReachChecked.$Properties {
        }

        /** Represents a ReachChecked. */
        class ReachChecked {

            /**
             * Constructs a new ReachChecked.
             * @param [properties] Properties to set
             */
            constructor(properties?: banyan.v1.ReachChecked.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** ReachChecked checks. */
            checks: banyan.v1.AddressCheck.$Properties[];

            /** ReachChecked fetch. */
            fetch?: (banyan.v1.ChunkFetch.$Properties|null);

            /**
             * Creates a new ReachChecked instance using the specified properties.
             * @param [properties] Properties to set
             * @returns ReachChecked instance
             */
            static create(properties: banyan.v1.ReachChecked.$Shape): banyan.v1.ReachChecked & banyan.v1.ReachChecked.$Shape;
            static create(properties?: banyan.v1.ReachChecked.$Properties): banyan.v1.ReachChecked;

            /**
             * Encodes the specified ReachChecked message. Does not implicitly {@link banyan.v1.ReachChecked.verify|verify} messages.
             * @param message ReachChecked message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: banyan.v1.ReachChecked.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a ReachChecked message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {banyan.v1.ReachChecked & banyan.v1.ReachChecked.$Shape} ReachChecked
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): banyan.v1.ReachChecked & banyan.v1.ReachChecked.$Shape;

            /**
             * Verifies a ReachChecked message.
             * @param message Plain object to verify
             * @returns `null` if valid, otherwise the reason why it is not
             */
            static verify(message: { [k: string]: any }): (string|null);
        }

        namespace ReachChecked {

            /** Properties of a ReachChecked. */
            interface $Properties {

                /** ReachChecked checks */
                checks?: (banyan.v1.AddressCheck.$Properties[]|null);

                /** ReachChecked fetch */
                fetch?: (banyan.v1.ChunkFetch.$Properties|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a ReachChecked. */
            type $Shape = banyan.v1.ReachChecked.$Properties;
        }

        /**
         * Properties of a ChunkFetch.
         * @deprecated Use banyan.v1.ChunkFetch.$Properties instead.
         */
        interface IChunkFetch extends banyan.v1.ChunkFetch.$Properties {
        }

        /** Represents a ChunkFetch. */
        class ChunkFetch {

            /**
             * Constructs a new ChunkFetch.
             * @param [properties] Properties to set
             */
            constructor(properties?: banyan.v1.ChunkFetch.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** ChunkFetch address. */
            address?: (banyan.v1.Address.$Properties|null);

            /** ChunkFetch code. */
            code: string;

            /** ChunkFetch message. */
            message: string;

            /** ChunkFetch bytes. */
            bytes: number;

            /** ChunkFetch tookMs. */
            tookMs: number;

            /**
             * Creates a new ChunkFetch instance using the specified properties.
             * @param [properties] Properties to set
             * @returns ChunkFetch instance
             */
            static create(properties: banyan.v1.ChunkFetch.$Shape): banyan.v1.ChunkFetch & banyan.v1.ChunkFetch.$Shape;
            static create(properties?: banyan.v1.ChunkFetch.$Properties): banyan.v1.ChunkFetch;

            /**
             * Encodes the specified ChunkFetch message. Does not implicitly {@link banyan.v1.ChunkFetch.verify|verify} messages.
             * @param message ChunkFetch message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: banyan.v1.ChunkFetch.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a ChunkFetch message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {banyan.v1.ChunkFetch & banyan.v1.ChunkFetch.$Shape} ChunkFetch
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): banyan.v1.ChunkFetch & banyan.v1.ChunkFetch.$Shape;

            /**
             * Verifies a ChunkFetch message.
             * @param message Plain object to verify
             * @returns `null` if valid, otherwise the reason why it is not
             */
            static verify(message: { [k: string]: any }): (string|null);
        }

        namespace ChunkFetch {

            /** Properties of a ChunkFetch. */
            interface $Properties {

                /** ChunkFetch address */
                address?: (banyan.v1.Address.$Properties|null);

                /** ChunkFetch code */
                code?: (string|null);

                /** ChunkFetch message */
                message?: (string|null);

                /** ChunkFetch bytes */
                bytes?: (number|null);

                /** ChunkFetch tookMs */
                tookMs?: (number|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a ChunkFetch. */
            type $Shape = banyan.v1.ChunkFetch.$Properties;
        }

        /**
         * Properties of an UploadOffer.
         * @deprecated Use banyan.v1.UploadOffer.$Properties instead.
         */
        interface IUploadOffer extends banyan.v1.UploadOffer.$Properties {
        }

        /** Represents an UploadOffer. */
        class UploadOffer {

            /**
             * Constructs a new UploadOffer.
             * @param [properties] Properties to set
             */
            constructor(properties?: banyan.v1.UploadOffer.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** UploadOffer freeSlots. */
            freeSlots: number;

            /** UploadOffer queued. */
            queued: number;

            /** UploadOffer rate. */
            rate: number;

            /**
             * Creates a new UploadOffer instance using the specified properties.
             * @param [properties] Properties to set
             * @returns UploadOffer instance
             */
            static create(properties: banyan.v1.UploadOffer.$Shape): banyan.v1.UploadOffer & banyan.v1.UploadOffer.$Shape;
            static create(properties?: banyan.v1.UploadOffer.$Properties): banyan.v1.UploadOffer;

            /**
             * Encodes the specified UploadOffer message. Does not implicitly {@link banyan.v1.UploadOffer.verify|verify} messages.
             * @param message UploadOffer message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: banyan.v1.UploadOffer.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes an UploadOffer message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {banyan.v1.UploadOffer & banyan.v1.UploadOffer.$Shape} UploadOffer
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): banyan.v1.UploadOffer & banyan.v1.UploadOffer.$Shape;

            /**
             * Verifies an UploadOffer message.
             * @param message Plain object to verify
             * @returns `null` if valid, otherwise the reason why it is not
             */
            static verify(message: { [k: string]: any }): (string|null);
        }

        namespace UploadOffer {

            /** Properties of an UploadOffer. */
            interface $Properties {

                /** UploadOffer freeSlots */
                freeSlots?: (number|null);

                /** UploadOffer queued */
                queued?: (number|null);

                /** UploadOffer rate */
                rate?: (number|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of an UploadOffer. */
            type $Shape = banyan.v1.UploadOffer.$Properties;
        }

        /** MediaType enum. */
        enum MediaType {

            /** MEDIA_TYPE_OTHER value */
            MEDIA_TYPE_OTHER = 0,

            /** MEDIA_TYPE_AUDIO value */
            MEDIA_TYPE_AUDIO = 1,

            /** MEDIA_TYPE_VIDEO value */
            MEDIA_TYPE_VIDEO = 2,

            /** MEDIA_TYPE_IMAGE value */
            MEDIA_TYPE_IMAGE = 3,

            /** MEDIA_TYPE_DOCUMENT value */
            MEDIA_TYPE_DOCUMENT = 4,

            /** MEDIA_TYPE_ARCHIVE value */
            MEDIA_TYPE_ARCHIVE = 5,

            /** MEDIA_TYPE_SOFTWARE value */
            MEDIA_TYPE_SOFTWARE = 6
        }

        /** Visibility enum. */
        enum Visibility {

            /** VISIBILITY_NETWORK value */
            VISIBILITY_NETWORK = 0,

            /** VISIBILITY_GROUPS value */
            VISIBILITY_GROUPS = 1,

            /** VISIBILITY_ACCOUNT value */
            VISIBILITY_ACCOUNT = 2
        }

        /**
         * Properties of a Tags.
         * @deprecated Use banyan.v1.Tags.$Properties instead.
         */
        interface ITags extends banyan.v1.Tags.$Properties {
        }

        /** Represents a Tags. */
        class Tags {

            /**
             * Constructs a new Tags.
             * @param [properties] Properties to set
             */
            constructor(properties?: banyan.v1.Tags.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** Tags title. */
            title: string;

            /** Tags artist. */
            artist: string;

            /** Tags album. */
            album: string;

            /** Tags year. */
            year: number;

            /** Tags genre. */
            genre: string;

            /** Tags track. */
            track: number;

            /** Tags durationMs. */
            durationMs: number;

            /** Tags bitrateKbps. */
            bitrateKbps: number;

            /** Tags width. */
            width: number;

            /** Tags height. */
            height: number;

            /** Tags more. */
            more: { [k: string]: string };

            /**
             * Creates a new Tags instance using the specified properties.
             * @param [properties] Properties to set
             * @returns Tags instance
             */
            static create(properties: banyan.v1.Tags.$Shape): banyan.v1.Tags & banyan.v1.Tags.$Shape;
            static create(properties?: banyan.v1.Tags.$Properties): banyan.v1.Tags;

            /**
             * Encodes the specified Tags message. Does not implicitly {@link banyan.v1.Tags.verify|verify} messages.
             * @param message Tags message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: banyan.v1.Tags.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a Tags message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {banyan.v1.Tags & banyan.v1.Tags.$Shape} Tags
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): banyan.v1.Tags & banyan.v1.Tags.$Shape;

            /**
             * Verifies a Tags message.
             * @param message Plain object to verify
             * @returns `null` if valid, otherwise the reason why it is not
             */
            static verify(message: { [k: string]: any }): (string|null);
        }

        namespace Tags {

            /** Properties of a Tags. */
            interface $Properties {

                /** Tags title */
                title?: (string|null);

                /** Tags artist */
                artist?: (string|null);

                /** Tags album */
                album?: (string|null);

                /** Tags year */
                year?: (number|null);

                /** Tags genre */
                genre?: (string|null);

                /** Tags track */
                track?: (number|null);

                /** Tags durationMs */
                durationMs?: (number|null);

                /** Tags bitrateKbps */
                bitrateKbps?: (number|null);

                /** Tags width */
                width?: (number|null);

                /** Tags height */
                height?: (number|null);

                /** Tags more */
                more?: ({ [k: string]: string }|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a Tags. */
            type $Shape = banyan.v1.Tags.$Properties;
        }

        /**
         * Properties of a Publish.
         * @deprecated Use banyan.v1.Publish.$Properties instead.
         */
        interface IPublish extends banyan.v1.Publish.$Properties {
        }

        /** Represents a Publish. */
        class Publish {

            /**
             * Constructs a new Publish.
             * @param [properties] Properties to set
             */
            constructor(properties?: banyan.v1.Publish.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** Publish reset. */
            reset: boolean;

            /** Publish removedIds. */
            removedIds: number[];

            /** Publish ids. */
            ids: number[];

            /** Publish roots. */
            roots: Uint8Array;

            /** Publish lengths. */
            lengths: number[];

            /** Publish names. */
            names: string[];

            /** Publish folders. */
            folders: string[];

            /** Publish types. */
            types: banyan.v1.MediaType[];

            /** Publish modifiedS. */
            modifiedS: number[];

            /** Publish tags. */
            tags: banyan.v1.Tags.$Properties[];

            /** Publish visibility. */
            visibility: banyan.v1.Visibility[];

            /** Publish groups. */
            groups: string[];

            /** Publish last. */
            last: boolean;

            /** Publish fingerprint. */
            fingerprint: Uint8Array;

            /**
             * Creates a new Publish instance using the specified properties.
             * @param [properties] Properties to set
             * @returns Publish instance
             */
            static create(properties: banyan.v1.Publish.$Shape): banyan.v1.Publish & banyan.v1.Publish.$Shape;
            static create(properties?: banyan.v1.Publish.$Properties): banyan.v1.Publish;

            /**
             * Encodes the specified Publish message. Does not implicitly {@link banyan.v1.Publish.verify|verify} messages.
             * @param message Publish message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: banyan.v1.Publish.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a Publish message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {banyan.v1.Publish & banyan.v1.Publish.$Shape} Publish
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): banyan.v1.Publish & banyan.v1.Publish.$Shape;

            /**
             * Verifies a Publish message.
             * @param message Plain object to verify
             * @returns `null` if valid, otherwise the reason why it is not
             */
            static verify(message: { [k: string]: any }): (string|null);
        }

        namespace Publish {

            /** Properties of a Publish. */
            interface $Properties {

                /** Publish reset */
                reset?: (boolean|null);

                /** Publish removedIds */
                removedIds?: (number[]|null);

                /** Publish ids */
                ids?: (number[]|null);

                /** Publish roots */
                roots?: (Uint8Array|null);

                /** Publish lengths */
                lengths?: (number[]|null);

                /** Publish names */
                names?: (string[]|null);

                /** Publish folders */
                folders?: (string[]|null);

                /** Publish types */
                types?: (banyan.v1.MediaType[]|null);

                /** Publish modifiedS */
                modifiedS?: (number[]|null);

                /** Publish tags */
                tags?: (banyan.v1.Tags.$Properties[]|null);

                /** Publish visibility */
                visibility?: (banyan.v1.Visibility[]|null);

                /** Publish groups */
                groups?: (string[]|null);

                /** Publish last */
                last?: (boolean|null);

                /** Publish fingerprint */
                fingerprint?: (Uint8Array|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a Publish. */
            type $Shape = banyan.v1.Publish.$Properties;
        }

        /**
         * Properties of a PublishAck.
         * @deprecated Use banyan.v1.PublishAck.$Properties instead.
         */
        interface IPublishAck extends banyan.v1.PublishAck.$Properties {
        }

        /** Represents a PublishAck. */
        class PublishAck {

            /**
             * Constructs a new PublishAck.
             * @param [properties] Properties to set
             */
            constructor(properties?: banyan.v1.PublishAck.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** PublishAck accepted. */
            accepted: number;

            /** PublishAck refused. */
            refused: banyan.v1.Refusal.$Properties[];

            /** PublishAck records. */
            records: number;

            /**
             * Creates a new PublishAck instance using the specified properties.
             * @param [properties] Properties to set
             * @returns PublishAck instance
             */
            static create(properties: banyan.v1.PublishAck.$Shape): banyan.v1.PublishAck & banyan.v1.PublishAck.$Shape;
            static create(properties?: banyan.v1.PublishAck.$Properties): banyan.v1.PublishAck;

            /**
             * Encodes the specified PublishAck message. Does not implicitly {@link banyan.v1.PublishAck.verify|verify} messages.
             * @param message PublishAck message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: banyan.v1.PublishAck.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a PublishAck message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {banyan.v1.PublishAck & banyan.v1.PublishAck.$Shape} PublishAck
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): banyan.v1.PublishAck & banyan.v1.PublishAck.$Shape;

            /**
             * Verifies a PublishAck message.
             * @param message Plain object to verify
             * @returns `null` if valid, otherwise the reason why it is not
             */
            static verify(message: { [k: string]: any }): (string|null);
        }

        namespace PublishAck {

            /** Properties of a PublishAck. */
            interface $Properties {

                /** PublishAck accepted */
                accepted?: (number|null);

                /** PublishAck refused */
                refused?: (banyan.v1.Refusal.$Properties[]|null);

                /** PublishAck records */
                records?: (number|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a PublishAck. */
            type $Shape = banyan.v1.PublishAck.$Properties;
        }

        /**
         * Properties of a Refusal.
         * @deprecated Use banyan.v1.Refusal.$Properties instead.
         */
        interface IRefusal extends banyan.v1.Refusal.$Properties {
        }

        /** Represents a Refusal. */
        class Refusal {

            /**
             * Constructs a new Refusal.
             * @param [properties] Properties to set
             */
            constructor(properties?: banyan.v1.Refusal.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** Refusal id. */
            id: number;

            /** Refusal code. */
            code: string;

            /** Refusal message. */
            message: string;

            /**
             * Creates a new Refusal instance using the specified properties.
             * @param [properties] Properties to set
             * @returns Refusal instance
             */
            static create(properties: banyan.v1.Refusal.$Shape): banyan.v1.Refusal & banyan.v1.Refusal.$Shape;
            static create(properties?: banyan.v1.Refusal.$Properties): banyan.v1.Refusal;

            /**
             * Encodes the specified Refusal message. Does not implicitly {@link banyan.v1.Refusal.verify|verify} messages.
             * @param message Refusal message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: banyan.v1.Refusal.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a Refusal message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {banyan.v1.Refusal & banyan.v1.Refusal.$Shape} Refusal
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): banyan.v1.Refusal & banyan.v1.Refusal.$Shape;

            /**
             * Verifies a Refusal message.
             * @param message Plain object to verify
             * @returns `null` if valid, otherwise the reason why it is not
             */
            static verify(message: { [k: string]: any }): (string|null);
        }

        namespace Refusal {

            /** Properties of a Refusal. */
            interface $Properties {

                /** Refusal id */
                id?: (number|null);

                /** Refusal code */
                code?: (string|null);

                /** Refusal message */
                message?: (string|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a Refusal. */
            type $Shape = banyan.v1.Refusal.$Properties;
        }

        /**
         * Properties of a Search.
         * @deprecated Use banyan.v1.Search.$Properties instead.
         */
        interface ISearch extends banyan.v1.Search.$Properties {
        }

        /** Represents a Search. */
        class Search {

            /**
             * Constructs a new Search.
             * @param [properties] Properties to set
             */
            constructor(properties?: banyan.v1.Search.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** Search query. */
            query: string;

            /** Search limit. */
            limit: number;

            /** Search queryId. */
            queryId: Uint8Array;

            /** Search hops. */
            hops: number;

            /** Search timeoutMs. */
            timeoutMs: number;

            /** Search weights. */
            weights: banyan.v1.TermWeight.$Properties[];

            /** Search cursor. */
            cursor: Uint8Array;

            /** Search partialLastWord. */
            partialLastWord: boolean;

            /** Search asTyped. */
            asTyped: boolean;

            /** Search explain. */
            explain: boolean;

            /**
             * Creates a new Search instance using the specified properties.
             * @param [properties] Properties to set
             * @returns Search instance
             */
            static create(properties: banyan.v1.Search.$Shape): banyan.v1.Search & banyan.v1.Search.$Shape;
            static create(properties?: banyan.v1.Search.$Properties): banyan.v1.Search;

            /**
             * Encodes the specified Search message. Does not implicitly {@link banyan.v1.Search.verify|verify} messages.
             * @param message Search message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: banyan.v1.Search.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a Search message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {banyan.v1.Search & banyan.v1.Search.$Shape} Search
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): banyan.v1.Search & banyan.v1.Search.$Shape;

            /**
             * Verifies a Search message.
             * @param message Plain object to verify
             * @returns `null` if valid, otherwise the reason why it is not
             */
            static verify(message: { [k: string]: any }): (string|null);
        }

        namespace Search {

            /** Properties of a Search. */
            interface $Properties {

                /** Search query */
                query?: (string|null);

                /** Search limit */
                limit?: (number|null);

                /** Search queryId */
                queryId?: (Uint8Array|null);

                /** Search hops */
                hops?: (number|null);

                /** Search timeoutMs */
                timeoutMs?: (number|null);

                /** Search weights */
                weights?: (banyan.v1.TermWeight.$Properties[]|null);

                /** Search cursor */
                cursor?: (Uint8Array|null);

                /** Search partialLastWord */
                partialLastWord?: (boolean|null);

                /** Search asTyped */
                asTyped?: (boolean|null);

                /** Search explain */
                explain?: (boolean|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a Search. */
            type $Shape = banyan.v1.Search.$Properties;
        }

        /**
         * Properties of a TermWeight.
         * @deprecated Use banyan.v1.TermWeight.$Properties instead.
         */
        interface ITermWeight extends banyan.v1.TermWeight.$Properties {
        }

        /** Represents a TermWeight. */
        class TermWeight {

            /**
             * Constructs a new TermWeight.
             * @param [properties] Properties to set
             */
            constructor(properties?: banyan.v1.TermWeight.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** TermWeight term. */
            term: string;

            /** TermWeight weight. */
            weight: number;

            /**
             * Creates a new TermWeight instance using the specified properties.
             * @param [properties] Properties to set
             * @returns TermWeight instance
             */
            static create(properties: banyan.v1.TermWeight.$Shape): banyan.v1.TermWeight & banyan.v1.TermWeight.$Shape;
            static create(properties?: banyan.v1.TermWeight.$Properties): banyan.v1.TermWeight;

            /**
             * Encodes the specified TermWeight message. Does not implicitly {@link banyan.v1.TermWeight.verify|verify} messages.
             * @param message TermWeight message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: banyan.v1.TermWeight.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a TermWeight message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {banyan.v1.TermWeight & banyan.v1.TermWeight.$Shape} TermWeight
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): banyan.v1.TermWeight & banyan.v1.TermWeight.$Shape;

            /**
             * Verifies a TermWeight message.
             * @param message Plain object to verify
             * @returns `null` if valid, otherwise the reason why it is not
             */
            static verify(message: { [k: string]: any }): (string|null);
        }

        namespace TermWeight {

            /** Properties of a TermWeight. */
            interface $Properties {

                /** TermWeight term */
                term?: (string|null);

                /** TermWeight weight */
                weight?: (number|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a TermWeight. */
            type $Shape = banyan.v1.TermWeight.$Properties;
        }

        /**
         * Properties of a Hits.
         * @deprecated Use banyan.v1.Hits.$Properties instead.
         */
        interface IHits extends banyan.v1.Hits.$Properties {
        }

        /** Represents a Hits. */
        class Hits {

            /**
             * Constructs a new Hits.
             * @param [properties] Properties to set
             */
            constructor(properties?: banyan.v1.Hits.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** Hits hits. */
            hits: banyan.v1.Hit.$Properties[];

            /**
             * Creates a new Hits instance using the specified properties.
             * @param [properties] Properties to set
             * @returns Hits instance
             */
            static create(properties: banyan.v1.Hits.$Shape): banyan.v1.Hits & banyan.v1.Hits.$Shape;
            static create(properties?: banyan.v1.Hits.$Properties): banyan.v1.Hits;

            /**
             * Encodes the specified Hits message. Does not implicitly {@link banyan.v1.Hits.verify|verify} messages.
             * @param message Hits message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: banyan.v1.Hits.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a Hits message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {banyan.v1.Hits & banyan.v1.Hits.$Shape} Hits
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): banyan.v1.Hits & banyan.v1.Hits.$Shape;

            /**
             * Verifies a Hits message.
             * @param message Plain object to verify
             * @returns `null` if valid, otherwise the reason why it is not
             */
            static verify(message: { [k: string]: any }): (string|null);
        }

        namespace Hits {

            /** Properties of a Hits. */
            interface $Properties {

                /** Hits hits */
                hits?: (banyan.v1.Hit.$Properties[]|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a Hits. */
            type $Shape = banyan.v1.Hits.$Properties;
        }

        /**
         * Properties of a Hit.
         * @deprecated Use banyan.v1.Hit.$Properties instead.
         */
        interface IHit extends banyan.v1.Hit.$Properties {
        }

        /** Represents a Hit. */
        class Hit {

            /**
             * Constructs a new Hit.
             * @param [properties] Properties to set
             */
            constructor(properties?: banyan.v1.Hit.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** Hit root. */
            root: Uint8Array;

            /** Hit length. */
            length: number;

            /** Hit name. */
            name: string;

            /** Hit names. */
            names: string[];

            /** Hit folder. */
            folder: string;

            /** Hit type. */
            type: banyan.v1.MediaType;

            /** Hit tags. */
            tags?: (banyan.v1.Tags.$Properties|null);

            /** Hit sources. */
            sources: number;

            /** Hit reachableSources. */
            reachableSources: number;

            /** Hit score. */
            score: number;

            /** Hit modifiedS. */
            modifiedS: number;

            /** Hit explain. */
            explain: banyan.v1.ScorePart.$Properties[];

            /** Hit supernodes. */
            supernodes: string[];

            /** Hit offers. */
            offers: number;

            /** Hit freeSources. */
            freeSources: number;

            /** Hit rate. */
            rate: number;

            /**
             * Creates a new Hit instance using the specified properties.
             * @param [properties] Properties to set
             * @returns Hit instance
             */
            static create(properties: banyan.v1.Hit.$Shape): banyan.v1.Hit & banyan.v1.Hit.$Shape;
            static create(properties?: banyan.v1.Hit.$Properties): banyan.v1.Hit;

            /**
             * Encodes the specified Hit message. Does not implicitly {@link banyan.v1.Hit.verify|verify} messages.
             * @param message Hit message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: banyan.v1.Hit.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a Hit message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {banyan.v1.Hit & banyan.v1.Hit.$Shape} Hit
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): banyan.v1.Hit & banyan.v1.Hit.$Shape;

            /**
             * Verifies a Hit message.
             * @param message Plain object to verify
             * @returns `null` if valid, otherwise the reason why it is not
             */
            static verify(message: { [k: string]: any }): (string|null);
        }

        namespace Hit {

            /** Properties of a Hit. */
            interface $Properties {

                /** Hit root */
                root?: (Uint8Array|null);

                /** Hit length */
                length?: (number|null);

                /** Hit name */
                name?: (string|null);

                /** Hit names */
                names?: (string[]|null);

                /** Hit folder */
                folder?: (string|null);

                /** Hit type */
                type?: (banyan.v1.MediaType|null);

                /** Hit tags */
                tags?: (banyan.v1.Tags.$Properties|null);

                /** Hit sources */
                sources?: (number|null);

                /** Hit reachableSources */
                reachableSources?: (number|null);

                /** Hit score */
                score?: (number|null);

                /** Hit modifiedS */
                modifiedS?: (number|null);

                /** Hit explain */
                explain?: (banyan.v1.ScorePart.$Properties[]|null);

                /** Hit supernodes */
                supernodes?: (string[]|null);

                /** Hit offers */
                offers?: (number|null);

                /** Hit freeSources */
                freeSources?: (number|null);

                /** Hit rate */
                rate?: (number|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a Hit. */
            type $Shape = banyan.v1.Hit.$Properties;
        }

        /**
         * Properties of a ScorePart.
         * @deprecated Use banyan.v1.ScorePart.$Properties instead.
         */
        interface IScorePart extends banyan.v1.ScorePart.$Properties {
        }

        /** Represents a ScorePart. */
        class ScorePart {

            /**
             * Constructs a new ScorePart.
             * @param [properties] Properties to set
             */
            constructor(properties?: banyan.v1.ScorePart.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** ScorePart name. */
            name: string;

            /** ScorePart value. */
            value: number;

            /**
             * Creates a new ScorePart instance using the specified properties.
             * @param [properties] Properties to set
             * @returns ScorePart instance
             */
            static create(properties: banyan.v1.ScorePart.$Shape): banyan.v1.ScorePart & banyan.v1.ScorePart.$Shape;
            static create(properties?: banyan.v1.ScorePart.$Properties): banyan.v1.ScorePart;

            /**
             * Encodes the specified ScorePart message. Does not implicitly {@link banyan.v1.ScorePart.verify|verify} messages.
             * @param message ScorePart message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: banyan.v1.ScorePart.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a ScorePart message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {banyan.v1.ScorePart & banyan.v1.ScorePart.$Shape} ScorePart
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): banyan.v1.ScorePart & banyan.v1.ScorePart.$Shape;

            /**
             * Verifies a ScorePart message.
             * @param message Plain object to verify
             * @returns `null` if valid, otherwise the reason why it is not
             */
            static verify(message: { [k: string]: any }): (string|null);
        }

        namespace ScorePart {

            /** Properties of a ScorePart. */
            interface $Properties {

                /** ScorePart name */
                name?: (string|null);

                /** ScorePart value */
                value?: (number|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a ScorePart. */
            type $Shape = banyan.v1.ScorePart.$Properties;
        }

        /**
         * Properties of a SearchDone.
         * @deprecated Use banyan.v1.SearchDone.$Properties instead.
         */
        interface ISearchDone extends banyan.v1.SearchDone.$Properties {
        }

        /** Represents a SearchDone. */
        class SearchDone {

            /**
             * Constructs a new SearchDone.
             * @param [properties] Properties to set
             */
            constructor(properties?: banyan.v1.SearchDone.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** SearchDone asked. */
            asked: number;

            /** SearchDone answered. */
            answered: number;

            /** SearchDone timedOut. */
            timedOut: number;

            /** SearchDone totalEstimate. */
            totalEstimate: number;

            /** SearchDone answers. */
            answers: banyan.v1.SupernodeAnswer.$Properties[];

            /** SearchDone searchedFor. */
            searchedFor: string;

            /** SearchDone cursor. */
            cursor: Uint8Array;

            /** SearchDone facets. */
            facets: banyan.v1.FacetCount.$Properties[];

            /** SearchDone hints. */
            hints: string[];

            /** SearchDone correction. */
            correction?: (banyan.v1.Correction.$Properties|null);

            /**
             * Creates a new SearchDone instance using the specified properties.
             * @param [properties] Properties to set
             * @returns SearchDone instance
             */
            static create(properties: banyan.v1.SearchDone.$Shape): banyan.v1.SearchDone & banyan.v1.SearchDone.$Shape;
            static create(properties?: banyan.v1.SearchDone.$Properties): banyan.v1.SearchDone;

            /**
             * Encodes the specified SearchDone message. Does not implicitly {@link banyan.v1.SearchDone.verify|verify} messages.
             * @param message SearchDone message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: banyan.v1.SearchDone.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a SearchDone message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {banyan.v1.SearchDone & banyan.v1.SearchDone.$Shape} SearchDone
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): banyan.v1.SearchDone & banyan.v1.SearchDone.$Shape;

            /**
             * Verifies a SearchDone message.
             * @param message Plain object to verify
             * @returns `null` if valid, otherwise the reason why it is not
             */
            static verify(message: { [k: string]: any }): (string|null);
        }

        namespace SearchDone {

            /** Properties of a SearchDone. */
            interface $Properties {

                /** SearchDone asked */
                asked?: (number|null);

                /** SearchDone answered */
                answered?: (number|null);

                /** SearchDone timedOut */
                timedOut?: (number|null);

                /** SearchDone totalEstimate */
                totalEstimate?: (number|null);

                /** SearchDone answers */
                answers?: (banyan.v1.SupernodeAnswer.$Properties[]|null);

                /** SearchDone searchedFor */
                searchedFor?: (string|null);

                /** SearchDone cursor */
                cursor?: (Uint8Array|null);

                /** SearchDone facets */
                facets?: (banyan.v1.FacetCount.$Properties[]|null);

                /** SearchDone hints */
                hints?: (string[]|null);

                /** SearchDone correction */
                correction?: (banyan.v1.Correction.$Properties|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a SearchDone. */
            type $Shape = banyan.v1.SearchDone.$Properties;
        }

        /**
         * Properties of a Correction.
         * @deprecated Use banyan.v1.Correction.$Properties instead.
         */
        interface ICorrection extends banyan.v1.Correction.$Properties {
        }

        /** Represents a Correction. */
        class Correction {

            /**
             * Constructs a new Correction.
             * @param [properties] Properties to set
             */
            constructor(properties?: banyan.v1.Correction.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** Correction query. */
            query: string;

            /** Correction edits. */
            edits: number;

            /** Correction hits. */
            hits: number;

            /**
             * Creates a new Correction instance using the specified properties.
             * @param [properties] Properties to set
             * @returns Correction instance
             */
            static create(properties: banyan.v1.Correction.$Shape): banyan.v1.Correction & banyan.v1.Correction.$Shape;
            static create(properties?: banyan.v1.Correction.$Properties): banyan.v1.Correction;

            /**
             * Encodes the specified Correction message. Does not implicitly {@link banyan.v1.Correction.verify|verify} messages.
             * @param message Correction message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: banyan.v1.Correction.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a Correction message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {banyan.v1.Correction & banyan.v1.Correction.$Shape} Correction
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): banyan.v1.Correction & banyan.v1.Correction.$Shape;

            /**
             * Verifies a Correction message.
             * @param message Plain object to verify
             * @returns `null` if valid, otherwise the reason why it is not
             */
            static verify(message: { [k: string]: any }): (string|null);
        }

        namespace Correction {

            /** Properties of a Correction. */
            interface $Properties {

                /** Correction query */
                query?: (string|null);

                /** Correction edits */
                edits?: (number|null);

                /** Correction hits */
                hits?: (number|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a Correction. */
            type $Shape = banyan.v1.Correction.$Properties;
        }

        /**
         * Properties of a SupernodeAnswer.
         * @deprecated Use banyan.v1.SupernodeAnswer.$Properties instead.
         */
        interface ISupernodeAnswer extends banyan.v1.SupernodeAnswer.$Properties {
        }

        /** Represents a SupernodeAnswer. */
        class SupernodeAnswer {

            /**
             * Constructs a new SupernodeAnswer.
             * @param [properties] Properties to set
             */
            constructor(properties?: banyan.v1.SupernodeAnswer.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** SupernodeAnswer deviceId. */
            deviceId: string;

            /** SupernodeAnswer name. */
            name: string;

            /** SupernodeAnswer tookMs. */
            tookMs: number;

            /** SupernodeAnswer hits. */
            hits: number;

            /** SupernodeAnswer code. */
            code: string;

            /**
             * Creates a new SupernodeAnswer instance using the specified properties.
             * @param [properties] Properties to set
             * @returns SupernodeAnswer instance
             */
            static create(properties: banyan.v1.SupernodeAnswer.$Shape): banyan.v1.SupernodeAnswer & banyan.v1.SupernodeAnswer.$Shape;
            static create(properties?: banyan.v1.SupernodeAnswer.$Properties): banyan.v1.SupernodeAnswer;

            /**
             * Encodes the specified SupernodeAnswer message. Does not implicitly {@link banyan.v1.SupernodeAnswer.verify|verify} messages.
             * @param message SupernodeAnswer message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: banyan.v1.SupernodeAnswer.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a SupernodeAnswer message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {banyan.v1.SupernodeAnswer & banyan.v1.SupernodeAnswer.$Shape} SupernodeAnswer
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): banyan.v1.SupernodeAnswer & banyan.v1.SupernodeAnswer.$Shape;

            /**
             * Verifies a SupernodeAnswer message.
             * @param message Plain object to verify
             * @returns `null` if valid, otherwise the reason why it is not
             */
            static verify(message: { [k: string]: any }): (string|null);
        }

        namespace SupernodeAnswer {

            /** Properties of a SupernodeAnswer. */
            interface $Properties {

                /** SupernodeAnswer deviceId */
                deviceId?: (string|null);

                /** SupernodeAnswer name */
                name?: (string|null);

                /** SupernodeAnswer tookMs */
                tookMs?: (number|null);

                /** SupernodeAnswer hits */
                hits?: (number|null);

                /** SupernodeAnswer code */
                code?: (string|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a SupernodeAnswer. */
            type $Shape = banyan.v1.SupernodeAnswer.$Properties;
        }

        /**
         * Properties of a FacetCount.
         * @deprecated Use banyan.v1.FacetCount.$Properties instead.
         */
        interface IFacetCount extends banyan.v1.FacetCount.$Properties {
        }

        /** Represents a FacetCount. */
        class FacetCount {

            /**
             * Constructs a new FacetCount.
             * @param [properties] Properties to set
             */
            constructor(properties?: banyan.v1.FacetCount.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** FacetCount facet. */
            facet: string;

            /** FacetCount value. */
            value: string;

            /** FacetCount count. */
            count: number;

            /**
             * Creates a new FacetCount instance using the specified properties.
             * @param [properties] Properties to set
             * @returns FacetCount instance
             */
            static create(properties: banyan.v1.FacetCount.$Shape): banyan.v1.FacetCount & banyan.v1.FacetCount.$Shape;
            static create(properties?: banyan.v1.FacetCount.$Properties): banyan.v1.FacetCount;

            /**
             * Encodes the specified FacetCount message. Does not implicitly {@link banyan.v1.FacetCount.verify|verify} messages.
             * @param message FacetCount message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: banyan.v1.FacetCount.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a FacetCount message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {banyan.v1.FacetCount & banyan.v1.FacetCount.$Shape} FacetCount
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): banyan.v1.FacetCount & banyan.v1.FacetCount.$Shape;

            /**
             * Verifies a FacetCount message.
             * @param message Plain object to verify
             * @returns `null` if valid, otherwise the reason why it is not
             */
            static verify(message: { [k: string]: any }): (string|null);
        }

        namespace FacetCount {

            /** Properties of a FacetCount. */
            interface $Properties {

                /** FacetCount facet */
                facet?: (string|null);

                /** FacetCount value */
                value?: (string|null);

                /** FacetCount count */
                count?: (number|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a FacetCount. */
            type $Shape = banyan.v1.FacetCount.$Properties;
        }

        /**
         * Properties of a Suggest.
         * @deprecated Use banyan.v1.Suggest.$Properties instead.
         */
        interface ISuggest extends banyan.v1.Suggest.$Properties {
        }

        /** Represents a Suggest. */
        class Suggest {

            /**
             * Constructs a new Suggest.
             * @param [properties] Properties to set
             */
            constructor(properties?: banyan.v1.Suggest.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** Suggest query. */
            query: string;

            /** Suggest limit. */
            limit: number;

            /**
             * Creates a new Suggest instance using the specified properties.
             * @param [properties] Properties to set
             * @returns Suggest instance
             */
            static create(properties: banyan.v1.Suggest.$Shape): banyan.v1.Suggest & banyan.v1.Suggest.$Shape;
            static create(properties?: banyan.v1.Suggest.$Properties): banyan.v1.Suggest;

            /**
             * Encodes the specified Suggest message. Does not implicitly {@link banyan.v1.Suggest.verify|verify} messages.
             * @param message Suggest message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: banyan.v1.Suggest.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a Suggest message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {banyan.v1.Suggest & banyan.v1.Suggest.$Shape} Suggest
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): banyan.v1.Suggest & banyan.v1.Suggest.$Shape;

            /**
             * Verifies a Suggest message.
             * @param message Plain object to verify
             * @returns `null` if valid, otherwise the reason why it is not
             */
            static verify(message: { [k: string]: any }): (string|null);
        }

        namespace Suggest {

            /** Properties of a Suggest. */
            interface $Properties {

                /** Suggest query */
                query?: (string|null);

                /** Suggest limit */
                limit?: (number|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a Suggest. */
            type $Shape = banyan.v1.Suggest.$Properties;
        }

        /**
         * Properties of a Suggestions.
         * @deprecated Use banyan.v1.Suggestions.$Properties instead.
         */
        interface ISuggestions extends banyan.v1.Suggestions.$Properties {
        }

        /** Represents a Suggestions. */
        class Suggestions {

            /**
             * Constructs a new Suggestions.
             * @param [properties] Properties to set
             */
            constructor(properties?: banyan.v1.Suggestions.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** Suggestions suggestions. */
            suggestions: banyan.v1.Suggestion.$Properties[];

            /**
             * Creates a new Suggestions instance using the specified properties.
             * @param [properties] Properties to set
             * @returns Suggestions instance
             */
            static create(properties: banyan.v1.Suggestions.$Shape): banyan.v1.Suggestions & banyan.v1.Suggestions.$Shape;
            static create(properties?: banyan.v1.Suggestions.$Properties): banyan.v1.Suggestions;

            /**
             * Encodes the specified Suggestions message. Does not implicitly {@link banyan.v1.Suggestions.verify|verify} messages.
             * @param message Suggestions message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: banyan.v1.Suggestions.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a Suggestions message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {banyan.v1.Suggestions & banyan.v1.Suggestions.$Shape} Suggestions
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): banyan.v1.Suggestions & banyan.v1.Suggestions.$Shape;

            /**
             * Verifies a Suggestions message.
             * @param message Plain object to verify
             * @returns `null` if valid, otherwise the reason why it is not
             */
            static verify(message: { [k: string]: any }): (string|null);
        }

        namespace Suggestions {

            /** Properties of a Suggestions. */
            interface $Properties {

                /** Suggestions suggestions */
                suggestions?: (banyan.v1.Suggestion.$Properties[]|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a Suggestions. */
            type $Shape = banyan.v1.Suggestions.$Properties;
        }

        /**
         * Properties of a Suggestion.
         * @deprecated Use banyan.v1.Suggestion.$Properties instead.
         */
        interface ISuggestion extends banyan.v1.Suggestion.$Properties {
        }

        /** Represents a Suggestion. */
        class Suggestion {

            /**
             * Constructs a new Suggestion.
             * @param [properties] Properties to set
             */
            constructor(properties?: banyan.v1.Suggestion.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** Suggestion query. */
            query: string;

            /** Suggestion hits. */
            hits: number;

            /**
             * Creates a new Suggestion instance using the specified properties.
             * @param [properties] Properties to set
             * @returns Suggestion instance
             */
            static create(properties: banyan.v1.Suggestion.$Shape): banyan.v1.Suggestion & banyan.v1.Suggestion.$Shape;
            static create(properties?: banyan.v1.Suggestion.$Properties): banyan.v1.Suggestion;

            /**
             * Encodes the specified Suggestion message. Does not implicitly {@link banyan.v1.Suggestion.verify|verify} messages.
             * @param message Suggestion message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: banyan.v1.Suggestion.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a Suggestion message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {banyan.v1.Suggestion & banyan.v1.Suggestion.$Shape} Suggestion
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): banyan.v1.Suggestion & banyan.v1.Suggestion.$Shape;

            /**
             * Verifies a Suggestion message.
             * @param message Plain object to verify
             * @returns `null` if valid, otherwise the reason why it is not
             */
            static verify(message: { [k: string]: any }): (string|null);
        }

        namespace Suggestion {

            /** Properties of a Suggestion. */
            interface $Properties {

                /** Suggestion query */
                query?: (string|null);

                /** Suggestion hits */
                hits?: (number|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a Suggestion. */
            type $Shape = banyan.v1.Suggestion.$Properties;
        }

        /**
         * Properties of a FindSources.
         * @deprecated Use banyan.v1.FindSources.$Properties instead.
         */
        interface IFindSources extends banyan.v1.FindSources.$Properties {
        }

        /** Represents a FindSources. */
        class FindSources {

            /**
             * Constructs a new FindSources.
             * @param [properties] Properties to set
             */
            constructor(properties?: banyan.v1.FindSources.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** FindSources root. */
            root: Uint8Array;

            /** FindSources length. */
            length: number;

            /** FindSources limit. */
            limit: number;

            /** FindSources hops. */
            hops: number;

            /** FindSources queryId. */
            queryId: Uint8Array;

            /** FindSources timeoutMs. */
            timeoutMs: number;

            /**
             * Creates a new FindSources instance using the specified properties.
             * @param [properties] Properties to set
             * @returns FindSources instance
             */
            static create(properties: banyan.v1.FindSources.$Shape): banyan.v1.FindSources & banyan.v1.FindSources.$Shape;
            static create(properties?: banyan.v1.FindSources.$Properties): banyan.v1.FindSources;

            /**
             * Encodes the specified FindSources message. Does not implicitly {@link banyan.v1.FindSources.verify|verify} messages.
             * @param message FindSources message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: banyan.v1.FindSources.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a FindSources message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {banyan.v1.FindSources & banyan.v1.FindSources.$Shape} FindSources
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): banyan.v1.FindSources & banyan.v1.FindSources.$Shape;

            /**
             * Verifies a FindSources message.
             * @param message Plain object to verify
             * @returns `null` if valid, otherwise the reason why it is not
             */
            static verify(message: { [k: string]: any }): (string|null);
        }

        namespace FindSources {

            /** Properties of a FindSources. */
            interface $Properties {

                /** FindSources root */
                root?: (Uint8Array|null);

                /** FindSources length */
                length?: (number|null);

                /** FindSources limit */
                limit?: (number|null);

                /** FindSources hops */
                hops?: (number|null);

                /** FindSources queryId */
                queryId?: (Uint8Array|null);

                /** FindSources timeoutMs */
                timeoutMs?: (number|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a FindSources. */
            type $Shape = banyan.v1.FindSources.$Properties;
        }

        /**
         * Properties of a Sources.
         * @deprecated Use banyan.v1.Sources.$Properties instead.
         */
        interface ISources extends banyan.v1.Sources.$Properties {
        }

        /** Represents a Sources. */
        class Sources {

            /**
             * Constructs a new Sources.
             * @param [properties] Properties to set
             */
            constructor(properties?: banyan.v1.Sources.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** Sources sources. */
            sources: banyan.v1.Source.$Properties[];

            /** Sources done. */
            done: boolean;

            /** Sources asked. */
            asked: number;

            /** Sources answered. */
            answered: number;

            /**
             * Creates a new Sources instance using the specified properties.
             * @param [properties] Properties to set
             * @returns Sources instance
             */
            static create(properties: banyan.v1.Sources.$Shape): banyan.v1.Sources & banyan.v1.Sources.$Shape;
            static create(properties?: banyan.v1.Sources.$Properties): banyan.v1.Sources;

            /**
             * Encodes the specified Sources message. Does not implicitly {@link banyan.v1.Sources.verify|verify} messages.
             * @param message Sources message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: banyan.v1.Sources.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a Sources message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {banyan.v1.Sources & banyan.v1.Sources.$Shape} Sources
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): banyan.v1.Sources & banyan.v1.Sources.$Shape;

            /**
             * Verifies a Sources message.
             * @param message Plain object to verify
             * @returns `null` if valid, otherwise the reason why it is not
             */
            static verify(message: { [k: string]: any }): (string|null);
        }

        namespace Sources {

            /** Properties of a Sources. */
            interface $Properties {

                /** Sources sources */
                sources?: (banyan.v1.Source.$Properties[]|null);

                /** Sources done */
                done?: (boolean|null);

                /** Sources asked */
                asked?: (number|null);

                /** Sources answered */
                answered?: (number|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a Sources. */
            type $Shape = banyan.v1.Sources.$Properties;
        }

        /**
         * Properties of a Source.
         * @deprecated Use banyan.v1.Source.$Properties instead.
         */
        interface ISource extends banyan.v1.Source.$Properties {
        }

        /** Represents a Source. */
        class Source {

            /**
             * Constructs a new Source.
             * @param [properties] Properties to set
             */
            constructor(properties?: banyan.v1.Source.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** Source deviceId. */
            deviceId: string;

            /** Source addresses. */
            addresses: banyan.v1.Address.$Properties[];

            /** Source partial. */
            partial: boolean;

            /** Source account. */
            account: string;

            /** Source offer. */
            offer?: (banyan.v1.UploadOffer.$Properties|null);

            /**
             * Creates a new Source instance using the specified properties.
             * @param [properties] Properties to set
             * @returns Source instance
             */
            static create(properties: banyan.v1.Source.$Shape): banyan.v1.Source & banyan.v1.Source.$Shape;
            static create(properties?: banyan.v1.Source.$Properties): banyan.v1.Source;

            /**
             * Encodes the specified Source message. Does not implicitly {@link banyan.v1.Source.verify|verify} messages.
             * @param message Source message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: banyan.v1.Source.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a Source message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {banyan.v1.Source & banyan.v1.Source.$Shape} Source
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): banyan.v1.Source & banyan.v1.Source.$Shape;

            /**
             * Verifies a Source message.
             * @param message Plain object to verify
             * @returns `null` if valid, otherwise the reason why it is not
             */
            static verify(message: { [k: string]: any }): (string|null);
        }

        namespace Source {

            /** Properties of a Source. */
            interface $Properties {

                /** Source deviceId */
                deviceId?: (string|null);

                /** Source addresses */
                addresses?: (banyan.v1.Address.$Properties[]|null);

                /** Source partial */
                partial?: (boolean|null);

                /** Source account */
                account?: (string|null);

                /** Source offer */
                offer?: (banyan.v1.UploadOffer.$Properties|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a Source. */
            type $Shape = banyan.v1.Source.$Properties;
        }

        /**
         * Properties of a Cancel.
         * @deprecated Use banyan.v1.Cancel.$Properties instead.
         */
        interface ICancel extends banyan.v1.Cancel.$Properties {
        }

        /** Represents a Cancel. */
        class Cancel {

            /**
             * Constructs a new Cancel.
             * @param [properties] Properties to set
             */
            constructor(properties?: banyan.v1.Cancel.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** Cancel targetRequestId. */
            targetRequestId: number;

            /**
             * Creates a new Cancel instance using the specified properties.
             * @param [properties] Properties to set
             * @returns Cancel instance
             */
            static create(properties: banyan.v1.Cancel.$Shape): banyan.v1.Cancel & banyan.v1.Cancel.$Shape;
            static create(properties?: banyan.v1.Cancel.$Properties): banyan.v1.Cancel;

            /**
             * Encodes the specified Cancel message. Does not implicitly {@link banyan.v1.Cancel.verify|verify} messages.
             * @param message Cancel message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: banyan.v1.Cancel.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a Cancel message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {banyan.v1.Cancel & banyan.v1.Cancel.$Shape} Cancel
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): banyan.v1.Cancel & banyan.v1.Cancel.$Shape;

            /**
             * Verifies a Cancel message.
             * @param message Plain object to verify
             * @returns `null` if valid, otherwise the reason why it is not
             */
            static verify(message: { [k: string]: any }): (string|null);
        }

        namespace Cancel {

            /** Properties of a Cancel. */
            interface $Properties {

                /** Cancel targetRequestId */
                targetRequestId?: (number|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a Cancel. */
            type $Shape = banyan.v1.Cancel.$Properties;
        }

        /**
         * Properties of a BadSource.
         * @deprecated Use banyan.v1.BadSource.$Properties instead.
         */
        interface IBadSource extends banyan.v1.BadSource.$Properties {
        }

        /** Represents a BadSource. */
        class BadSource {

            /**
             * Constructs a new BadSource.
             * @param [properties] Properties to set
             */
            constructor(properties?: banyan.v1.BadSource.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** BadSource deviceId. */
            deviceId: string;

            /** BadSource root. */
            root: Uint8Array;

            /** BadSource length. */
            length: number;

            /** BadSource code. */
            code: string;

            /** BadSource chunk. */
            chunk: number;

            /** BadSource message. */
            message: string;

            /**
             * Creates a new BadSource instance using the specified properties.
             * @param [properties] Properties to set
             * @returns BadSource instance
             */
            static create(properties: banyan.v1.BadSource.$Shape): banyan.v1.BadSource & banyan.v1.BadSource.$Shape;
            static create(properties?: banyan.v1.BadSource.$Properties): banyan.v1.BadSource;

            /**
             * Encodes the specified BadSource message. Does not implicitly {@link banyan.v1.BadSource.verify|verify} messages.
             * @param message BadSource message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: banyan.v1.BadSource.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a BadSource message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {banyan.v1.BadSource & banyan.v1.BadSource.$Shape} BadSource
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): banyan.v1.BadSource & banyan.v1.BadSource.$Shape;

            /**
             * Verifies a BadSource message.
             * @param message Plain object to verify
             * @returns `null` if valid, otherwise the reason why it is not
             */
            static verify(message: { [k: string]: any }): (string|null);
        }

        namespace BadSource {

            /** Properties of a BadSource. */
            interface $Properties {

                /** BadSource deviceId */
                deviceId?: (string|null);

                /** BadSource root */
                root?: (Uint8Array|null);

                /** BadSource length */
                length?: (number|null);

                /** BadSource code */
                code?: (string|null);

                /** BadSource chunk */
                chunk?: (number|null);

                /** BadSource message */
                message?: (string|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a BadSource. */
            type $Shape = banyan.v1.BadSource.$Properties;
        }

        /**
         * Properties of a LinkState.
         * @deprecated Use banyan.v1.LinkState.$Properties instead.
         */
        interface ILinkState extends banyan.v1.LinkState.$Properties {
        }

        /** Represents a LinkState. */
        class LinkState {

            /**
             * Constructs a new LinkState.
             * @param [properties] Properties to set
             */
            constructor(properties?: banyan.v1.LinkState.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** LinkState leaves. */
            leaves: number;

            /** LinkState records. */
            records: number;

            /** LinkState contents. */
            contents: number;

            /** LinkState draining. */
            draining: boolean;

            /** LinkState membershipVersion. */
            membershipVersion: number;

            /** LinkState heavyTerms. */
            heavyTerms: banyan.v1.TermCount.$Properties[];

            /**
             * Creates a new LinkState instance using the specified properties.
             * @param [properties] Properties to set
             * @returns LinkState instance
             */
            static create(properties: banyan.v1.LinkState.$Shape): banyan.v1.LinkState & banyan.v1.LinkState.$Shape;
            static create(properties?: banyan.v1.LinkState.$Properties): banyan.v1.LinkState;

            /**
             * Encodes the specified LinkState message. Does not implicitly {@link banyan.v1.LinkState.verify|verify} messages.
             * @param message LinkState message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: banyan.v1.LinkState.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a LinkState message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {banyan.v1.LinkState & banyan.v1.LinkState.$Shape} LinkState
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): banyan.v1.LinkState & banyan.v1.LinkState.$Shape;

            /**
             * Verifies a LinkState message.
             * @param message Plain object to verify
             * @returns `null` if valid, otherwise the reason why it is not
             */
            static verify(message: { [k: string]: any }): (string|null);
        }

        namespace LinkState {

            /** Properties of a LinkState. */
            interface $Properties {

                /** LinkState leaves */
                leaves?: (number|null);

                /** LinkState records */
                records?: (number|null);

                /** LinkState contents */
                contents?: (number|null);

                /** LinkState draining */
                draining?: (boolean|null);

                /** LinkState membershipVersion */
                membershipVersion?: (number|null);

                /** LinkState heavyTerms */
                heavyTerms?: (banyan.v1.TermCount.$Properties[]|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a LinkState. */
            type $Shape = banyan.v1.LinkState.$Properties;
        }

        /**
         * Properties of a TermCount.
         * @deprecated Use banyan.v1.TermCount.$Properties instead.
         */
        interface ITermCount extends banyan.v1.TermCount.$Properties {
        }

        /** Represents a TermCount. */
        class TermCount {

            /**
             * Constructs a new TermCount.
             * @param [properties] Properties to set
             */
            constructor(properties?: banyan.v1.TermCount.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** TermCount term. */
            term: string;

            /** TermCount count. */
            count: number;

            /**
             * Creates a new TermCount instance using the specified properties.
             * @param [properties] Properties to set
             * @returns TermCount instance
             */
            static create(properties: banyan.v1.TermCount.$Shape): banyan.v1.TermCount & banyan.v1.TermCount.$Shape;
            static create(properties?: banyan.v1.TermCount.$Properties): banyan.v1.TermCount;

            /**
             * Encodes the specified TermCount message. Does not implicitly {@link banyan.v1.TermCount.verify|verify} messages.
             * @param message TermCount message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: banyan.v1.TermCount.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a TermCount message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {banyan.v1.TermCount & banyan.v1.TermCount.$Shape} TermCount
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): banyan.v1.TermCount & banyan.v1.TermCount.$Shape;

            /**
             * Verifies a TermCount message.
             * @param message Plain object to verify
             * @returns `null` if valid, otherwise the reason why it is not
             */
            static verify(message: { [k: string]: any }): (string|null);
        }

        namespace TermCount {

            /** Properties of a TermCount. */
            interface $Properties {

                /** TermCount term */
                term?: (string|null);

                /** TermCount count */
                count?: (number|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a TermCount. */
            type $Shape = banyan.v1.TermCount.$Properties;
        }
    }
}
